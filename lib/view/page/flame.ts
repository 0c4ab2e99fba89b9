/** What a profile's time went into, as a flame graph that grows downwards: callers above those whom they call. */
import flamegraph from 'd3-flame-graph'
import { select } from 'd3-selection'
import type { Flame } from '../html/data.js'
import { colour, place, whenOther } from './place.js'

/** On a phone it is moved from side to side rather than pressed. */
const NARROWEST = 480
const CELL = 22
/** As the library has it. */
const LEAST_LABEL = 35

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
    settle(parent)
    const svg = parent.querySelector('svg')
    svg?.addEventListener('mouseleave', () => {
      details.textContent = hint
    })
  }
  draw()
  whenOther(parent, draw)
}

type Frame = SVGGElement & {
  readonly __data__?: { readonly data: Flame; readonly depth: number; x0: number; x1: number }
}

/** What the library would only come to by and by: widths and names. And it leaves room for a title that there is none of. */
function settle(parent: Element) {
  const svg = parent.querySelector('svg')
  let deepest = 0
  for (const frame of parent.querySelectorAll<Frame>('svg g')) {
    const node = frame.__data__
    if (node === undefined) continue
    const width = (node.x1 - node.x0) * Number(svg?.getAttribute('width'))
    frame.querySelector('rect')?.setAttribute('width', String(width))
    const label = frame.querySelector('div')
    if (label !== null && width >= LEAST_LABEL) label.textContent = node.data.name
    deepest = Math.max(deepest, node.depth)
  }
  svg?.setAttribute('height', String((deepest + 1) * CELL))
}
