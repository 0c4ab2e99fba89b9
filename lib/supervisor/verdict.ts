/** What follows from the limits that are broken: a ladder, a place in the queue, or in shadow mode a word. */
import type { Breach, LimitName } from '../core/model.js'
import type { Finding } from '../core/rules.js'
import type { Context, Supervised } from './context.js'
import { mayEnforce } from './storm.js'

const MEMORY: ReadonlySet<LimitName> = new Set(['memory', 'memoryTotal', 'memoryHard'])

/** The breaches to be acted on. Where limits are enforced the worst is enough; in shadow mode each that is new is told. */
export function toAct(context: Context, supervised: Supervised, finding: Finding): readonly Breach[] {
  const fresh = stand(supervised, finding)
  if (!supervised.config.policy.enforce) return fresh
  const [worst] = finding.broken
  // Whether memory is kept again is not known before its reading is there.
  if (worst === undefined && !finding.alarm) context.storm.kills.leave(supervised.child.name)
  return worst !== undefined && mayEnforce(context, supervised, worst) ? [worst] : []
}

/** Notes what is broken, until it is kept again; what cannot be judged at this look stays as it was. Answers what is new. */
function stand(supervised: Supervised, { broken, defer, alarm }: Finding): readonly Breach[] {
  const before = supervised.standing
  const unknown = before.filter(name => (MEMORY.has(name) ? alarm : defer !== null))
  supervised.standing = [...new Set([...unknown, ...broken.map(({ limitName }) => limitName)])]
  const fresh = new Map<LimitName, Breach>()
  for (const breach of broken) {
    const { limitName } = breach
    // Several speakers break the same limit each for itself.
    if (!before.includes(limitName) && !fresh.has(limitName)) fresh.set(limitName, breach)
  }
  return [...fresh.values()]
}

/** That its memory is over a limit was told, in shadow mode: by how much matters less from then on. */
export const isTold = ({ standing, config }: Supervised): boolean =>
  !config.policy.enforce && standing.some(name => MEMORY.has(name))
