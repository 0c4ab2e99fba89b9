/** The figures of one watcher, asked for whenever metrics are collected. */
import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { StatusRow } from '../wire/commands.js'
import { CHILD_UP, type Observed, OF_CHILD, OF_WATCHER, WATCHER_UP } from './observed.js'
import { Sums } from './sums.js'

/** So long a collection waits for the watcher thread: a scrape commonly has ten seconds, and is not ours alone. */
const PATIENCE_MS = 2000

/** Rows of `status()`; null: there will be none any more. */
export type Ask = () => Promise<readonly StatusRow[]> | null

interface Instrument {
  readonly name: string
  readonly observed: Observed
  readonly observable: Observable
}

/** Collects until there is nothing more to ask, or the function that is answered is called. */
export function observe(meter: Meter, common: Attributes, ask: Ask): () => void {
  const children = instrumentsOf(meter, OF_CHILD)
  const own = instrumentsOf(meter, OF_WATCHER)
  const description = `1 if the watcher thread answers within ${PATIENCE_MS / 1000} s, else 0.`
  const up = meter.createObservableGauge(WATCHER_UP, { unit: '1', description })
  const childUp = children.find(({ name }) => name === CHILD_UP)?.observable ?? up
  const all = [up, ...[...children, ...own].map(({ observable }) => observable)]
  const askOnce = oneAtATime(ask)
  const sums = new Sums()
  /** What was there last time. The SDK goes on telling the last value of what is no longer observed. */
  let known = new Map<string, Attributes>()

  async function collect(result: BatchObservableResult): Promise<void> {
    const asked = askOnce()
    const rows = asked === null ? [] : await within(PATIENCE_MS, asked)
    const isUp = asked !== null && rows !== null
    result.observe(up, isUp ? 1 : 0, common)
    if (rows === null) return
    const present = new Map(rows.map(row => [row.name, { ...common, ...aboutOf(row) }]))
    for (const row of rows) tell(result, row, present.get(row.name) ?? common)
    for (const [name, about] of known) if (!present.has(name)) result.observe(childUp, 0, about)
    known = present
    known.delete('watcher')
    if (asked === null) end()
  }

  function tell(result: BatchObservableResult, row: StatusRow, about: Attributes): void {
    for (const { name, observed, observable } of row.kind === 'watcher' ? own : children) {
      for (const { value, attributes } of observed.read(row)) {
        const told = observed.instrument === 'counter' ? sums.of(`${name} ${row.name}`, row.life, value) : value
        result.observe(observable, told, { ...about, ...attributes })
      }
    }
  }

  const end = () => meter.removeBatchObservableCallback(collect, all)
  meter.addBatchObservableCallback(collect, all)
  return end
}

const aboutOf = ({ name, kind }: StatusRow): Attributes =>
  kind === 'watcher' ? {} : { 'osqwatch.child.name': name, 'osqwatch.child.kind': kind }

function instrumentsOf(meter: Meter, table: Readonly<Record<string, Observed>>): Instrument[] {
  const make = {
    gauge: meter.createObservableGauge,
    counter: meter.createObservableCounter,
    upDownCounter: meter.createObservableUpDownCounter,
  }
  return Object.entries(table).map(([name, observed]) => {
    const { unit, description } = observed
    return { name, observed, observable: make[observed.instrument].call(meter, name, { unit, description }) }
  })
}

/** A thread that does not answer is not asked again before it has: collections go on meanwhile. */
function oneAtATime(ask: Ask): Ask {
  let asked: ReturnType<Ask> = null
  return () => {
    asked ??=
      ask()?.finally(() => {
        asked = null
      }) ?? null
    return asked
  }
}

/** null: not in time, or not at all. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(resolve, ms, null)
  })
  try {
    return await Promise.race([answer, late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
