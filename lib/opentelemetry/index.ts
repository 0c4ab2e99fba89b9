/** `osqwatch/opentelemetry`: a watcher's figures and events as metrics. Nothing beside this folder loads OpenTelemetry. */
import { type Attributes, type Meter, type MeterProvider, metrics } from '@opentelemetry/api'
import { follow } from '../telemetry.js'
import type { Watcher } from '../watcher.js'
import { VERSION } from '../wire/version.js'
import { COUNTED, type CountedName, Counting } from './counted.js'
import { observe } from './figures.js'

export interface InstrumentOptions {
  /** Default: a meter `osqwatch` of `meterProvider`. */
  readonly meter?: Meter
  /** Default: the global one, as it is now: register yours before. */
  readonly meterProvider?: MeterProvider
  /** What all that is told has beside its own attributes. Two watchers of one process are told apart by them alone. */
  readonly attributes?: Attributes
}

/** From now on, until the watcher is shut down or the function that is answered is called. */
export function instrument(watcher: Watcher, options: InstrumentOptions = {}): () => void {
  const meter = options.meter ?? (options.meterProvider ?? metrics).getMeter('osqwatch', VERSION)
  const common = options.attributes ?? {}
  let isClosed = false
  const unfollow = count(watcher, meter, common)
  const unobserve = observe(meter, common, () => (isClosed ? null : watcher.status()))
  void watcher.closed.then(() => {
    isClosed = true
    unfollow()
  })
  return () => {
    unfollow()
    unobserve()
  }
}

function count(watcher: Watcher, meter: Meter, common: Attributes): () => void {
  const names = Object.keys(COUNTED) as CountedName[]
  const counters = new Map(names.map(name => [name, meter.createCounter(name, COUNTED[name])]))
  const counting = new Counting()
  return follow(watcher, event => {
    const [name, attributes] = counting.of(event) ?? []
    if (name !== undefined) counters.get(name)?.add(1, { ...common, ...attributes })
  })
}
