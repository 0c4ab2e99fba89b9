/** An incident as one page that needs nothing but itself: no network, no other file. */
import { INCIDENT_FORMAT, type Incident } from '../../wire/incident.js'
import { limitsThatMattered, otherLimits } from '../limits.js'
import { neutral, plainJson } from '../neutral.js'
import { machineOf, treeOf } from '../outside.js'
import { eventsOf, ladderOf, summaryOf, whoOf } from '../story.js'
import { headline, nextWords, stamp } from '../words.js'
import { folded, list, pairs, quote, section, table } from './blocks.js'
import { dataOf } from './data.js'
import { insideOf, processesOf } from './evidence.js'
import { html, jsonIn, type Markup, trusted } from './markup.js'
import { plotsOf } from './plots.js'

/** What the page is drawn with. Each hash is what a Content-Security-Policy takes: `sha256-…`. */
export interface Assets {
  readonly script: { readonly text: string; readonly hash: string }
  readonly style: { readonly text: string; readonly hash: string }
}

export function pageOf(written: Incident, { script, style }: Assets): string {
  const incident = neutral(written)
  const policy = `default-src 'none'; script-src '${script.hash}'; style-src '${style.hash}'; base-uri 'none'; form-action 'none'`
  const title = `${whoOf(incident)}: ${headline(incident)}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${INCIDENT_FORMAT}">
<title>${title}</title>
<style>${trusted(style.text)}</style>
</head>
<body>
<header>
<p class="kind">Incident <time datetime="${isoOf(incident.at)}">${stamp(incident.at)}</time></p>
<h1><span>${whoOf(incident)}</span> ${headline(incident)}</h1>
<p class="account">${incident.account}</p>
</header>
<main>
${bodyOf(incident)}
${section('record', 'The record', folded('All of it, as JSON', quote(plainJson(written), 'The record as JSON')))}
</main>
<script type="application/json" id="data">${jsonIn(dataOf(incident))}</script>
<script>${trusted(script.text)}</script>
</body>
</html>
`.text
}

function bodyOf(incident: Incident): (Markup | null)[] {
  const { evidence, stderr } = incident
  return [
    section('summary', 'In short', pairs(summaryOf(incident, 0))),
    section('curves', 'Before and after', plotsOf(incident)),
    section('ladder', 'The ladder', table(ladderOf(incident), 'Each rung with its time'), ...told(incident)),
    ...insideOf(incident),
    section('tree', 'Its processes', table(treeOf(incident), 'Its living processes'), ...processesOf(incident)),
    section(
      'limits',
      'Limits that mattered',
      table(limitsThatMattered(incident), 'Limits that had a part in it, or were set'),
      folded('The other limits', table(otherLimits(incident), 'The other limits')),
    ),
    section('machine', 'The machine', pairs(machineOf(incident))),
    section('stderr', 'The end of its stderr', stderrOf(stderr)),
    section(
      'next',
      'What happens next',
      html`<p>${nextWords(incident)}</p>
`,
    ),
    section('notes', 'What could not be had', list(evidence.notes)),
  ]
}

function stderrOf(stderr: Incident['stderr']): Markup | null {
  if (stderr === null || stderr.text.trim() === '') return null
  return quote(`${stderr.truncated ? '…\n' : ''}${stderr.text.trimEnd()}`, 'The end of its stderr')
}

const told = (incident: Incident): (Markup | null)[] => [
  folded('All that was told of it', table(eventsOf(incident), 'Events of the last minutes')),
]

const isoOf = (at: number): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
