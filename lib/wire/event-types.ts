import type { EventType } from './events.js'

/** A new type of event does not compile until it stands here. */
const ALL = {
  spawn: true,
  adopt: true,
  ready: true,
  sample: true,
  limit: true,
  defer: true,
  extend: true,
  warn: true,
  terminate: true,
  kill: true,
  exit: true,
  backoff: true,
  giveup: true,
  incident: true,
  unhealthy: true,
  fault: true,
  shutdown: true,
} satisfies Record<EventType, true>

export const EVENT_TYPES = Object.keys(ALL) as readonly EventType[]

/** All that is told whether or not anybody listens: samples are sent only for those who do. */
export const TOLD_TYPES = EVENT_TYPES.filter(type => type !== 'sample')
