/** Signals to a child as a whole, and what is left of it. Its process group, and those of its tree that have left the group. */
import type { Context, Supervised } from './context.js'

const MOST_ROUNDS = 20

/** SIGCONT follows SIGTERM: a stopped process hears nothing before, and whoever was held is let go again. */
export function signalAll(context: Context, supervised: Supervised, signal: 'SIGTERM' | 'SIGKILL'): void {
  // Before the group is told: whoever a member starts in its last moments is looked for at the next rung.
  const held = hold(context, supervised)
  try {
    tell(context, supervised, held, signal)
  } finally {
    if (signal === 'SIGTERM') tell(context, supervised, held, 'SIGCONT')
  }
}

function tell({ ports }: Context, supervised: Supervised, singles: readonly number[], signal: NodeJS.Signals): void {
  if (leadsGroup(supervised)) ports.signals.group(supervised.child.pid as number, signal)
  for (const pid of singles) ports.signals.one(pid, signal)
}

/** Whoever else has started it, or shares a group with it, may have a group of that number. */
const leadsGroup = ({ config }: Supervised): boolean => config.kind !== 'adopted' && config.group === 'own'

/** A tree that forks on is stopped, one by one, until no new one appears: who is stopped starts nobody. */
function hold({ ports: { signals } }: Context, supervised: Supervised): readonly number[] {
  const held = new Set<number>()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fresh = singles(supervised).filter(pid => !held.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      held.add(pid)
      signals.one(pid, 'SIGSTOP')
    }
  }
  return [...held]
}

/** Whom no signal to a group reaches. Where the system does not tell who there is, its first process, as long as it has not ended. */
function singles(supervised: Supervised): readonly number[] {
  const { child, probe } = supervised
  if (leadsGroup(supervised)) return probe?.strays() ?? []
  const members = probe?.members() ?? []
  if (members.length > 0) return members.map(({ pid }) => pid)
  return child.end === null && child.pid !== null ? [child.pid] : []
}

/** After SIGKILL: does it, or whatever of it is left, lack nothing but a processor to end by, or us to reap it? */
export function isDying({ ports: { signals } }: Context, supervised: Supervised): boolean {
  const pid = supervised.child.pid as number
  if (supervised.child.end === null && signals.isDying(pid)) return true
  return (leadsGroup(supervised) && signals.isGroupDying(pid)) || singles(supervised).some(signals.isDying)
}

/** Is anything of it alive, now that its first process has ended? The group's id is not given out again before it is empty. */
export function isLeft({ ports }: Context, { child, probe }: Supervised): boolean {
  return ports.signals.groupAlive(child.pid as number) || (probe?.strays().length ?? 0) > 0
}
