/** What the supervisor's parts share: the ports that are passed in, and one record a child. */
import type { Breach, End, Input } from '../core/model.js'
import type { Storm } from '../core/storm.js'
import { who } from '../core/tell.js'
import type { Clock, Escapees, Forensics, Guard, Launcher, Proportions, Sampler, Signals } from '../os/ports.js'
import type { WatcherConfig } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'
import type { Lives } from '../wire/lives.js'
import { dealingsOf } from './dealings.js'
import type { Supervised } from './supervised.js'
import type { Thrift } from './thrift.js'

export type { Speaker } from './speaker.js'
export { isSwept, type Supervised, settleMs, supervise, UNSCHEDULED, WATCHED } from './supervised.js'

export interface Ports {
  readonly clock: Clock
  readonly sampler: Sampler
  readonly proportions: Proportions
  readonly launcher: Launcher
  readonly signals: Signals
  readonly guard: Guard
  readonly lives: Lives
  readonly escapees: Escapees
  readonly forensics: Forensics
  /** From 0 up to 1, any of it as likely. */
  chance(): number
  /** Main was told to end the host: sees to it that it does. */
  endHost(reason: string): void
  /** The status port: one way, to main. */
  emit(event: WatcherEvent): void
}

export interface Context {
  readonly ports: Ports
  readonly config: WatcherConfig
  readonly sampling: boolean
  readonly thrift: Thrift
  /** A life has begun that carries this mark: at its end whoever escaped it is looked for. */
  readonly escapes: {
    began(supervised: Supervised, mark: string): void
    /** Nothing is left of that life that could be told from outside. */
    ended(supervised: Supervised, pid: number, life: number): void
  }
  readonly storm: Storm
  /** Why do they die? Evidence, and the incidents that are made of it. */
  readonly inquests: {
    /** ms by which SIGTERM may be put off for evidence. */
    hold(supervised: Supervised, breach: Breach): number
    open(
      supervised: Supervised,
      breach: Breach,
      hold: number,
      told: { readonly at: number; readonly message: string },
    ): void
    testified(supervised: Supervised): void
    remember(supervised: Supervised): void
    ended(
      supervised: Supervised,
      whose: { readonly life: number; readonly pid: number | null },
      end: End,
      failed: boolean,
      message: string,
    ): void
    givenUp(supervised: Supervised, reason: string): void
  }
  feed(supervised: Supervised, input: Input): void
  emit(event: WatcherEvent): void
  /** Something of it became due sooner, perhaps, than the timer knows. */
  arm(supervised: Supervised): void
  /** Runs `act`; a throw becomes a `fault` event, for nothing may end the thread. */
  survive(act: () => void, supervised?: Supervised): void
  fault(error: unknown, supervised?: Supervised): void
  /** Everything is stopped, and the host told or ended. */
  shutdown(code: number, reason: string): void
}

/** The fields that every event of a child carries. */
export function about({ child }: Supervised, clock: Clock) {
  return { at: clock.wall(), child: child.name, pid: child.pid, life: child.life }
}

/** Tells what the channel or the kernel did to a child that was not foreseen; where it is of a `kind`, once a life. */
export function fault(context: Context, supervised: Supervised, message: string, kind?: string): void {
  const { clock } = context.ports
  const { faults } = dealingsOf(supervised, clock.now())
  if (kind !== undefined && faults.has(kind)) return
  if (kind !== undefined) faults.add(kind)
  context.emit({
    type: 'fault',
    at: clock.wall(),
    child: supervised.child.name,
    message: `${who(supervised.child)}: ${message}`,
  })
}
