/**
 * Every diagnostics channel there is: one a type of event, `osqwatch:<type>`, on the main thread. Whoever traces a whole
 * process finds all of its watchers here, and needs none of them in hand.
 */
import { channel } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import { debuglog } from 'node:util'
import { EVENT_TYPES, TOLD_TYPES } from './wire/event-types.js'
import type { EventType, WatcherEvent } from './wire/events.js'

/** What a subscriber of `osqwatch:<type>` gets. */
export interface Published<T extends EventType = EventType> {
  /** The Watcher that tells it. */
  readonly watcher: EventEmitter
  readonly event: Extract<WatcherEvent, { type: T }>
}

/** Kept, for Node keeps a channel weakly until somebody subscribes. */
const CHANNELS = new Map(EVENT_TYPES.map(type => [type, channel(`osqwatch:${type}`)]))

/** Costs a look where nobody has subscribed. What a subscriber throws is an uncaught exception, and no matter of the next one's. */
export function publish(watcher: EventEmitter, event: WatcherEvent): void {
  const told = CHANNELS.get(event.type)
  if (told?.hasSubscribers) told.publish({ watcher, event } satisfies Published)
}

/** Has anybody subscribed to samples? Node tells nobody when that changes, so it is asked where the question comes up. */
export const samplesFollowed = (): boolean => CHANNELS.get('sample')?.hasSubscribers === true

/**
 * Every event of one watcher but its samples. By the channels, since a listener counts: a `giveup` that somebody listens to is
 * no process warning any more. Answers how to end it.
 */
export function follow(watcher: EventEmitter, hear: (event: WatcherEvent) => void): () => void {
  const take = (message: unknown) => {
    const { watcher: teller, event } = message as Published
    if (teller === watcher) hear(event)
  }
  for (const type of TOLD_TYPES) CHANNELS.get(type)?.subscribe(take)
  return () => {
    for (const type of TOLD_TYPES) CHANNELS.get(type)?.unsubscribe(take)
  }
}

/** `NODE_DEBUG=osqwatch`: every event on stderr, samples too. */
const debug = debuglog('osqwatch')
if (debug.enabled) {
  for (const told of CHANNELS.values()) told.subscribe(message => print(message as Published))
}

function print({ event }: Published): void {
  const { type, at, ...told } = event
  if ('message' in told) debug('%s: %s', type, told.message)
  else debug('%s: %j', type, told)
}
