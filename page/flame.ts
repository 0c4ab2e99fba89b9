/** What a profile's time went into, as a flame graph that grows downwards: callers above those whom they call. */
import flamegraph from 'd3-flame-graph'
import { select } from 'd3-selection'
import type { Flame } from '../lib/view/html/data.js'
import { colour, place, whenOther } from './place.js'

/** On a phone it is moved from side to side rather than pressed. */
const NARROWEST = 480
const CELL = 22

export function drawFlame(n: number, root: Flame) {
  const parent = place('data-flame', n)
  const details = place('data-details', n)
  if (parent === null || details === null) return
  const hint = details.textContent
  function draw() {
    if (parent === null || details === null) return
    parent.replaceChildren()
    const chart = flamegraph<Flame>()
      .width(Math.max(NARROWEST, parent.clientWidth))
      .cellHeight(CELL)
      .transitionDuration(0)
      .minFrameSize(1)
      .inverted(true)
      .selfValue(true)
      .sort(true)
      .setColorMapper(({ data }) => colour(`flame-${data.origin}`))
      .setLabelHandler(({ data, x0, x1, value }) => {
        const share = `${((x1 - x0) * 100).toFixed(1)} %, ${value} samples`
        return `${data.name}${data.place === '' ? '' : `, ${data.place}`}: ${share}`
      })
      .setDetailsElement(details)
    select<Flame>(parent).datum(root).call(chart)
    // The library leaves room for a title that there is none of.
    const svg = parent.querySelector('svg')
    const frames = parent.querySelectorAll('svg g')
    const tops = [...frames].map(frame => Number(/,([\d.]+)/.exec(frame.getAttribute('transform') ?? '')?.[1] ?? 0))
    svg?.setAttribute('height', String(Math.max(0, ...tops) + CELL))
    svg?.addEventListener('mouseleave', () => {
      details.textContent = hint
    })
  }
  draw()
  whenOther(parent, draw)
}
