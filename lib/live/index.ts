/** What a watcher does, while it does it: a table where the terminal has room for one, otherwise plain lines. */
import { createLogUpdate } from 'log-update'
import type { StatusRow } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'
import { LineBuffer } from './line-buffer.js'
import { Lines } from './lines.js'
import { clock, type Paint, paintFor } from './paint.js'
import { type Happened, keepLast, LEAST_COLUMNS, picture } from './picture.js'
import { plainLine } from './plain.js'

const DRAW_EVERY_MS = 200

export interface Live {
  /** Something happened. */
  tell(event: WatcherEvent): void
  /** `status()` answered: the limits in force, and the figures of those who send no samples. */
  rows(rows: readonly StatusRow[]): void
  /** What children write, by whole lines, above the table. `of`: who writes, so that two do not mingle within a line. */
  output(chunk: Uint8Array | string, of?: string): void
  /** At once, before the thread that draws has no time for it. */
  draw(): void
  /** The last table stays. */
  close(): void
}

export interface LiveOptions {
  /** ms since the epoch, where the clock of the table begins; default: now. */
  readonly startedAt?: number
  /** What stands above the table beside the clock. */
  readonly headline?: (paint: Paint) => string
  /** Events that stand out. */
  readonly isMarked?: (event: WatcherEvent) => boolean
}

export function openLive(stream: NodeJS.WriteStream, options: LiveOptions = {}): Live {
  const { startedAt = Date.now() } = options
  const isRoomy = stream.isTTY === true && stream.columns >= LEAST_COLUMNS
  return isRoomy ? openTable(stream, { ...options, startedAt }) : openPlain(stream, startedAt)
}

function openPlain(stream: NodeJS.WriteStream, startedAt: number): Live {
  const buffer = new LineBuffer()
  return {
    tell(event) {
      stream.write(plainLine(event, startedAt) ?? '')
    },
    rows() {},
    output(chunk, of = '') {
      stream.write(buffer.add(chunk, of))
    },
    draw() {},
    close() {
      stream.write(buffer.rest())
    },
  }
}

function openTable(stream: NodeJS.WriteStream, options: LiveOptions & { readonly startedAt: number }): Live {
  const { startedAt, headline = () => '', isMarked = () => false } = options
  const update = createLogUpdate(stream)
  const lines = new Lines()
  const paint = paintFor(stream)
  const buffer = new LineBuffer()
  let happened: readonly Happened[] = []
  let above = ''
  let closed = false

  function scene(): string {
    const now = Date.now()
    const head = `${paint('bold', 'osqwatch')}  ${clock(now - startedAt)} s   ${headline(paint)}`
    const room = { columns: stream.columns, rows: stream.rows }
    return picture({ headline: head, lines: lines.list(), happened, startedAt, now, ...room, paint })
  }

  function draw(): void {
    if (above !== '') {
      update.clear()
      stream.write(above)
      above = ''
    }
    update(scene())
  }

  // The table alone is no reason to live on.
  const timer = setInterval(draw, DRAW_EVERY_MS).unref()
  return {
    tell(event) {
      lines.hear(event)
      if (event.type === 'sample' || event.type === 'ready') return
      happened = keepLast([...happened, { event, marked: isMarked(event) }])
    },
    rows: rows => lines.learn(rows),
    output(chunk, of = '') {
      above += buffer.add(chunk, of)
    },
    draw,
    close() {
      if (closed) return
      closed = true
      clearInterval(timer)
      above += buffer.rest()
      draw()
      update.done()
    },
  }
}
