/** Places for the plots, each with its limits and with what it shows in words. */
import type { Incident } from '../../wire/incident.js'
import { type Curve, curvesOf, formatIn } from '../curves.js'
import { limitWords } from '../near.js'
import { html, type Markup } from './markup.js'

export function plotsOf(incident: Incident): Markup {
  const curves = curvesOf(incident)
  if (curves.length === 0)
    return html`<p>The recorder has nothing of it: it was too short.</p>
`
  const zero = incident.verdict === null ? 'the end' : 'the verdict'
  const none = curves.some(({ name }) => name === 'lateness')
    ? null
    : html`<p>No heartbeat was heard: it has no client, or ended before its first beat.</p>
`
  return html`<p class="legend"><span class="key limit"></span> a limit <span class="key rung"></span> a rung of the ladder
<span class="aside">0 s is ${zero}. Drag over a plot to look closer, double-click to see all of it.</span></p>
${curves.map(curve => plot(curve, zero))}${none}<noscript><p>The plots are drawn by a script.</p></noscript>
`
}

function plot(curve: Curve, zero: string): Markup {
  const words = inWords(curve, zero)
  return html`<figure class="plot"><figcaption><h3>${curve.title}</h3> <output data-readout="${curve.name}"></output>
<p class="limits">${limitWords(curve) || 'No limit was set.'}</p></figcaption>
<div data-plot="${curve.name}" role="img" aria-label="${words}"></div>
<p class="aside">${words}</p></figure>
`
}

/** `At first 61 MB, at most 263 MB 0.1 s before the verdict, at last 263 MB.` */
function inWords({ unit, points }: Curve, zero: string): string {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return 'Nothing is known.'
  const most = known.reduce((best, point) => (point[1] > best[1] ? point : best), first)
  const tell = (point: readonly [number, number]) => `${formatIn(unit, point[1])} ${whenOf(point[0], zero)}`
  return `At first ${tell(first)}; at most ${tell(most)}; at last ${tell(last)}.`
}

function whenOf(seconds: number, zero: string): string {
  const size = Math.abs(seconds)
  if (size < 0.05) return `at ${zero}`
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} s ${seconds < 0 ? 'before' : 'after'} ${zero}`
}
