/** Signals to a child as a whole, and what is left of it. Its process group, and those of its tree that have left the group. */
import type { Context, Supervised } from './context.js'

export function signalAll({ ports }: Context, { child, probe }: Supervised, signal: NodeJS.Signals): void {
  // Before the group is told: whoever a member starts in its last moments is looked for at the next rung.
  const strays = probe?.strays() ?? []
  ports.signals.group(child.pid as number, signal)
  for (const pid of strays) ports.signals.one(pid, signal)
}

/** Is anything of it alive, now that its first process has ended? The group's id is not given out again before it is empty. */
export function isLeft({ ports }: Context, { child, probe }: Supervised): boolean {
  return ports.signals.groupAlive(child.pid as number) || (probe?.strays().length ?? 0) > 0
}
