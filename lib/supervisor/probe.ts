/** The kept look at a child. */
import type { Context, Supervised } from './context.js'

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

/** Is it gone? Asked at once, and then again as often as it must be. */
export function suspect(context: Context, supervised: Supervised): void {
  if (supervised.config.run.type === 'adopted') supervised.askAt = context.ports.clock.now()
}
