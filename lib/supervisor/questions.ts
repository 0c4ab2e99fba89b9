/** What a child is asked before it is ended, and how long that may take. */
import type { Breach } from '../core/model.js'
import type { ExamineMessage } from '../wire/beats.js'
import type { IncidentsConfig } from '../wire/commands.js'
import type { Supervised } from './context.js'

const PROFILE_MS = 200
/** Of the time that there is: the rest is for the questions before and after it. */
const PROFILE_SHARE = 0.4
/** What the system says is there much sooner than what a witness does. */
const SYSTEM_MS = 200
/** Of a memory limit: what a child may add to it meanwhile. */
const MORE_MEMORY = 0.02

const WANTED: Readonly<Record<Breach['verdict'], ExamineMessage['want']>> = {
  cpu: ['stack', 'profile', 'heap'],
  heartbeat: ['stack', 'profile', 'heap'],
  memory: ['stack', 'heap', 'profile', 'allocations', 'report'],
}

/** ms from the verdict until nobody waits for evidence any more. */
export function holdFor(supervised: Supervised, breach: Breach, { budget, heapSnapshot }: IncidentsConfig): number {
  const patience = Math.min(budget, patienceWith(supervised, breach))
  if (!hasWitness(supervised, breach)) return Math.min(patience, SYSTEM_MS)
  return patience + (breach.verdict === 'memory' ? heapSnapshot : 0)
}

/** A leak goes on while it is looked into: it is given time to add a small part of its limit, at the pace that it has shown. */
function patienceWith({ vitals }: Supervised, { verdict, limit }: Breach): number {
  const { perSecond } = vitals.growth
  if (verdict !== 'memory' || perSecond <= 0) return Number.POSITIVE_INFINITY
  return Math.round((1000 * MORE_MEMORY * limit) / perSecond)
}

/** Who is stopped answers nothing, in whatever thread. */
export const hasWitness = ({ launched }: Supervised, { hang }: Breach): boolean =>
  launched !== null && launched.testimony !== null && hang !== 'stopped'

export const question = ({ verdict }: Breach, heapSnapshot: number, withinMs: number): ExamineMessage => ({
  type: 'examine',
  want: verdict === 'memory' && heapSnapshot > 0 ? [...WANTED.memory, 'snapshot'] : WANTED[verdict],
  profileMs: Math.min(PROFILE_MS, Math.round(PROFILE_SHARE * withinMs)),
})
