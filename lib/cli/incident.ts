/** One incident: as text, as JSON, or as a page. */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { readIncident } from '../os/incident-files.js'
import { plainJson } from '../view/neutral.js'
import type { Incident } from '../wire/incident.js'
import { pathOf } from './find-incident.js'
import { screenAt } from './screen.js'

interface Given {
  readonly dir?: string
  readonly json?: true
  readonly html?: string | true
}

export function addIncident(program: Command) {
  program
    .command('incident')
    .description('show an incident: what happened, and all that is known of it')
    .argument('[file]', 'an incident: its file, its number in the list, or `latest`', 'latest')
    .option('--dir <dir>', 'the folder of incidents, if not that of the settings')
    .option('--json', 'the record as it is')
    .option('--html [out]', 'write a page that needs no other file; - is stdout (default: <file>.html, here)')
    .action(async (file: string, { dir, json, html }: Given) => {
      const path = await pathOf(file, dir)
      const incident = await readIncident(path)
      if (html !== undefined) await writePage(incident, html === true ? `${basename(path, '.json')}.html` : html)
      else if (json === true) process.stdout.write(`${plainJson(incident)}\n`)
      else await writeText(incident, path)
    })
}

async function writeText(incident: Incident, path: string) {
  const [{ textOf }, { oneLine }] = await Promise.all([
    import('../view/terminal/index.js'),
    import('../view/neutral.js'),
  ])
  const screen = screenAt(incident.at)
  const foot = screen.paint('dim', oneLine(path))
  process.stdout.write(`${textOf(incident, screen)}\n${foot}\n`)
}

async function writePage(incident: Incident, out: string) {
  const [{ pageOf }, { assets }] = await Promise.all([import('../view/html/index.js'), import('./assets.js')])
  const page = pageOf(incident, assets())
  if (out === '-') process.stdout.write(page)
  else {
    writeFileSync(out, page)
    process.stdout.write(`${out}\n`)
  }
}
