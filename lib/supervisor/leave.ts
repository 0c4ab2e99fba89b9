/** Signals to a child as a whole, and what is left of it. Its process group, and those of its tree that have left the group. */
import type { Context, Supervised } from './context.js'

const MOST_ROUNDS = 20

export function signalAll({ ports }: Context, { child, probe }: Supervised, signal: NodeJS.Signals): void {
  // Before the group is told: whoever a member starts in its last moments is looked for at the next rung.
  const strays = signal === 'SIGCONT' ? (probe?.strays() ?? []) : hold(ports, probe)
  ports.signals.group(child.pid as number, signal)
  for (const pid of strays) ports.signals.one(pid, signal)
}

/** A tree that forks on is stopped, one by one, until no new one appears: who is stopped starts nobody. */
function hold({ signals }: Context['ports'], probe: Supervised['probe']): readonly number[] {
  const held = new Set<number>()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fresh = (probe?.strays() ?? []).filter(pid => !held.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      signals.one(pid, 'SIGSTOP')
      held.add(pid)
    }
  }
  return [...held]
}

/** Is anything of it alive, now that its first process has ended? The group's id is not given out again before it is empty. */
export function isLeft({ ports }: Context, { child, probe }: Supervised): boolean {
  return ports.signals.groupAlive(child.pid as number) || (probe?.strays().length ?? 0) > 0
}
