/** What is known of each child: a line of the table. Events tell it at once, rows of `status()` add limits and figures. */
import type { Phase, Policy } from '../core/model.js'
import type { StatusRow } from '../wire/commands.js'
import type { EventType, SampleEvent, WatcherEvent } from '../wire/events.js'

export interface Figures extends Pick<SampleEvent, 'footprint' | 'lateness'> {
  /** % of one core; null before the first window is over */
  readonly cpu: number | null
  readonly rss: number | null
}

export type Mark = Extract<
  EventType,
  'spawn' | 'adopt' | 'ready' | 'limit' | 'warn' | 'terminate' | 'kill' | 'exit' | 'backoff' | 'giveup'
>

export interface Line {
  readonly name: string
  /** The last thing that happened to it. A deferral changes nothing. */
  mark: Mark
  life: number
  streak: number
  /** ms since the epoch; null: no start is planned. */
  nextStart: number | null
  figures: Figures | null
  /** Of this life, from the watcher's own recording. */
  recent: StatusRow['recent']
  limits: Policy | null
}

/** For a child that was there before anybody listened. */
const MARKS: Readonly<Record<Phase, Mark>> = {
  down: 'exit',
  starting: 'spawn',
  up: 'ready',
  warned: 'warn',
  terminating: 'terminate',
  killing: 'kill',
  sweeping: 'exit',
  purging: 'exit',
  waiting: 'backoff',
}

/** What changes nothing about a child. */
const UNMARKED: ReadonlySet<EventType> = new Set(['defer', 'extend', 'fault', 'incident'])

type Marking = Extract<WatcherEvent, { readonly type: Mark }>

/** No process is left of the life that this ended. */
const isOver = (mark: Mark): boolean => mark === 'exit' || mark === 'backoff' || mark === 'giveup'

export class Lines {
  readonly #lines = new Map<string, Line>()

  list(): Line[] {
    return [...this.#lines.values()]
  }

  hear(event: WatcherEvent): void {
    if (event.type === 'sample') this.#measured(event)
    else if ('child' in event && !UNMARKED.has(event.type)) this.#happened(event as Marking)
  }

  learn(rows: readonly StatusRow[]): void {
    const children = rows.filter(({ kind }) => kind !== 'watcher')
    for (const row of children) this.#learnOne(row)
    // Removed. What is not over may have come after the rows were made.
    for (const { name, mark } of this.list())
      if (isOver(mark) && !children.some(row => row.name === name)) this.#lines.delete(name)
  }

  #happened(event: Marking): void {
    const line = this.#lineOf(event.child, event.type)
    line.mark = event.type
    line.life = event.life
    line.nextStart = event.type === 'backoff' ? event.at + event.delay : null
    if (event.type === 'backoff') line.streak = event.streak
    if (!isOver(event.type) && event.type !== 'spawn') return
    line.figures = null
    line.recent = null
  }

  /** A child without the client never says that it is ready: that it is measured has to do. */
  #measured({ child, life, cpu, rss, footprint, lateness }: SampleEvent): void {
    const line = this.#lineOf(child, 'ready')
    if (isOver(line.mark) || life < line.life) return
    line.life = life
    line.figures = { cpu, rss, footprint, lateness }
    if (line.mark === 'spawn') line.mark = 'ready'
  }

  #learnOne(row: StatusRow): void {
    const { name, phase, life, streak, limits, pid, cpu, rss, footprint, lateness, recent } = row
    const line = this.#lineOf(name, MARKS[phase])
    line.limits = limits
    line.streak = streak
    if (pid === null || isOver(line.mark)) return
    line.life = life
    line.recent = recent
    if (rss !== null) line.figures = { cpu, rss, footprint, lateness }
    if (line.mark === 'spawn') line.mark = MARKS[phase]
  }

  #lineOf(name: string, mark: Mark): Line {
    const known = this.#lines.get(name)
    if (known !== undefined) return known
    const line: Line = {
      ...{ name, mark, life: 0, streak: 0, nextStart: null },
      ...{ figures: null, recent: null, limits: null },
    }
    this.#lines.set(name, line)
    return line
  }
}
