/** The kept look at a child. */
import { type Context, fault, type Supervised } from './context.js'

/** A look at it that is kept. Its pid may have a new owner, when it was adopted too late: that is a stranger. */
export function openProbe({ ports }: Context, supervised: Supervised): void {
  if (supervised.probe !== null) return
  const { run, tree } = supervised.config
  const probe = ports.sampler.open(supervised.child.pid as number, tree)
  const isOther = run.type === 'adopted' && probe !== null && run.start !== '' && probe.start !== run.start
  supervised.isStranger = probe === null || isOther
  if (isOther) probe.close()
  else supervised.probe = probe
}

/** So many looks in a row did not find it, and its end was not told between them: it lives, and is not shown. */
const HIDDEN_LOOKS = 3

/** A look did not find it. The end of a child of ours is on its way, if it is gone. */
export function unseen(context: Context, supervised: Supervised): void {
  if (supervised.config.run.type === 'adopted') suspect(context, supervised)
  else if (++supervised.unseenLooks === HIDDEN_LOOKS) {
    fault(context, supervised, 'the system does not show it to this user: nothing of it is judged but its heartbeat')
  }
}

/** Is it gone? An adopted one is asked at once, and then again as often as it must be. */
export function suspect(context: Context, supervised: Supervised): void {
  if (supervised.config.run.type === 'adopted') supervised.askAt = context.ports.clock.now()
}
