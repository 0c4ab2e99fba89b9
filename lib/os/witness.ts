/** The host's end of the witnesses' channels: lib/witness has theirs. What is said of a witness's doings counts from it alone. */
import { basename, join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { FromChild } from '../wire/beats.js'
import { type Channel, openChannel } from './beats.js'
import type { LaunchEvents, Launched } from './ports.js'

/** In the child's environment: the number of the descriptor of its witness's channel. Deleted by the client. */
export const WITNESS_ENV = 'OSQWATCH_WITNESS'
/** In the child's environment: what the files of its witnesses begin with. Deleted where there is a channel for the witness, else kept. */
export const EVIDENCE_ENV = 'OSQWATCH_EVIDENCE'

/** The name of each of their files begins so. */
export const BEGIN = '.evidence-'
const SHARED = 'of-'

export const prefixIn = (folder: string, id: string): string => join(folder, `${BEGIN}${id}`)

/** Of all who find the watcher by its socket: main and the thread know it, each by itself. */
export const sharedPrefix = (folder: string, socket: string): string =>
  prefixIn(folder, `${SHARED}${socket.split(/[\\/]/).findLast(part => part.startsWith('osqwatch-'))}`)

export const isShared = (prefix: string): boolean => basename(prefix).startsWith(`${BEGIN}${SHARED}`)

export const isTestimony = ({ type }: FromChild): boolean => type === 'testified' || type === 'exhausted'

type Heard = Pick<LaunchEvents, 'heard' | 'fault'>

/** For a channel on which no witness speaks. */
export const withoutTestimony = ({ heard, fault }: Heard): Heard => ({
  heard: message => isTestimony(message) || heard(message),
  fault,
})

/** A child whose witness has a channel of its own, and one that has none. */
export function launched(channel: Channel, witness: Duplex | null, testimony: string | null, events: Heard): Launched {
  if (witness === null) return { ...channel, examine: () => false, testimony }
  let isThere = false
  const own = openChannel(witness, {
    heard: message => isTestimony(message) && events.heard(message),
    fault: (message, kind) => events.fault(message, kind),
    witness() {
      isThere = true
    },
  })
  return {
    ...channel,
    examine: question => isThere && own.send(question),
    testimony,
    close() {
      own.close()
      channel.close()
    },
  }
}
