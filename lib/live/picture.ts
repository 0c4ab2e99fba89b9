/** The table as text, and under it what happened last. */
import Table from 'cli-table3'
import type { WatcherEvent } from '../wire/events.js'
import { cellsOf } from './cells.js'
import type { Line } from './lines.js'
import { clock, type Paint } from './paint.js'

const LAST_EVENTS = 9
const COLUMNS = ['child', 'phase', 'life', 'CPU of one core', 'memory above its start', 'lateness', 'streak']
const WIDTHS = [10, 16, 6, 21, 26, 12, 8]
const WIDEST_NAME = 30
/** Borders, head, headline, and the cursor's line. */
const FRAME_ROWS = 6

/** With the lines between. */
export const LEAST_COLUMNS = WIDTHS.reduce((sum, width) => sum + width + 1, 1)

/** Something that happened, and whether it is to stand out. */
export interface Happened {
  readonly event: Exclude<WatcherEvent, { type: 'sample' }>
  readonly marked: boolean
}

export interface Scene {
  readonly headline: string
  readonly lines: readonly Line[]
  /** In the order heard. */
  readonly happened: readonly Happened[]
  readonly startedAt: number
  readonly now: number
  readonly columns: number
  readonly rows: number
  readonly paint: Paint
}

export const keepLast = (happened: readonly Happened[]): Happened[] => happened.slice(-LAST_EVENTS)

export function picture(scene: Scene): string {
  if (scene.columns < LEAST_COLUMNS) return `The table needs ${LEAST_COLUMNS} columns, and here are ${scene.columns}.`
  const { lines, rows } = scene
  const shown = lines.slice(0, Math.max(1, rows - FRAME_ROWS))
  const more = lines.length > shown.length ? [`… and ${lines.length - shown.length} more`] : []
  const room = Math.max(0, rows - FRAME_ROWS - shown.length - more.length)
  const last = room === 0 ? [] : scene.happened.slice(-Math.min(room, LAST_EVENTS))
  return [scene.headline, table(scene, shown), ...more, ...last.map(told => eventLine(scene, told))].join('\n')
}

function table({ columns, now, paint }: Scene, lines: readonly Line[]): string {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length + 2))
  const spare = columns - LEAST_COLUMNS
  const [least = 0, ...others] = WIDTHS
  const first = Math.max(least, Math.min(longest, WIDEST_NAME, least + spare))
  const drawn = new Table({
    head: COLUMNS.map(column => paint('cyan', column)),
    colWidths: [first, ...others],
    style: { head: [], border: paint('dim', '') === '' ? [] : ['dim'], 'padding-left': 1, 'padding-right': 1 },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const line of lines) drawn.push(cellsOf(line, now, paint))
  return drawn.toString()
}

function eventLine({ startedAt, paint }: Scene, { event, marked }: Happened): string {
  const line = `${clock(event.at - startedAt).padStart(5)} s  ${event.message}`
  const fitting = line.length < LEAST_COLUMNS ? line : `${line.slice(0, LEAST_COLUMNS - 1)}…`
  return paint(marked ? 'magenta' : 'dim', fitting)
}
