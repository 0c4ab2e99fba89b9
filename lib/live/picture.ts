/** The table as text, and under it what happened last. */
import Table from 'cli-table3'
import type { WatcherEvent } from '../wire/events.js'
import { cellsOf, cpuSpark, memorySpark } from './cells.js'
import type { Line } from './lines.js'
import { clock, type Paint } from './paint.js'
import { SPARK_CELLS } from './spark.js'

const LAST_EVENTS = 9
const COLUMNS = ['child', 'phase', 'life', 'CPU of one core', 'memory above its start', 'lateness', 'streak']
const WIDTHS = [10, 16, 6, 21, 26, 12, 8]
const WIDEST_NAME = 30
/** What only a wide terminal has room for: the first of them first. `at`: the column that it stands behind. */
const SPARKS = [
  { at: 4, draw: memorySpark },
  { at: 3, draw: cpuSpark },
] as const
const SPARK_WIDTH = SPARK_CELLS + 2
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
  const sparks = SPARKS.slice(0, Math.floor((spare - first + least) / (SPARK_WIDTH + 1)))
  /** The first of them stands furthest to the right: what is put in does not move the place of the next. */
  const put = <T>(row: readonly T[], cell: (spark: (typeof SPARKS)[number]) => T): T[] =>
    sparks.reduce<T[]>((row, spark) => row.toSpliced(spark.at + 1, 0, cell(spark)), [...row])
  const drawn = new Table({
    head: put(COLUMNS, () => 'lately').map(column => paint('cyan', column)),
    colWidths: put([first, ...others], () => SPARK_WIDTH),
    style: { head: [], border: paint('dim', '') === '' ? [] : ['dim'], 'padding-left': 1, 'padding-right': 1 },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const line of lines) drawn.push(put(cellsOf(line, now, paint), ({ draw }) => draw(line, paint)))
  return drawn.toString()
}

function eventLine({ startedAt, paint }: Scene, { event, marked }: Happened): string {
  const line = `${clock(event.at - startedAt).padStart(5)} s  ${event.message}`
  const fitting = line.length < LEAST_COLUMNS ? line : `${line.slice(0, LEAST_COLUMNS - 1)}…`
  return paint(marked ? 'magenta' : 'dim', fitting)
}
