import type { Allowance } from '../core/allowance.js'
import type { Lateness, Pending } from '../core/lateness.js'
import type { Probe } from '../os/ports.js'
import type { SpeakerState } from '../wire/beats.js'

/** A process that answers pings on a child's channel: the child itself, or one behind a wrapper. */
export interface Speaker {
  readonly pid: number
  readonly probe: Probe | null
  /** false: it speaks unasked (`WATCHDOG=1`), and each word starts the wait for the next. */
  readonly prompted: boolean
  readonly hellos: Allowance
  state: SpeakerState
  pending: Pending | null
  late: Lateness | null
  /** At its last ping the channel was found closed. */
  isCutOff: boolean
}
