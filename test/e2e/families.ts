/** A host with every kind of child: test/fixtures/host-family.mjs. */
import type { Test } from 'tap'
import { type Host, type Said, startHost } from './hosts.js'
import { look } from './proc.js'
import { until } from './until.js'

export const CHILDREN = ['behaves', 'deaf', 'hanging', 'stopped', 'sleep', 'shell']

/** The host, once its children are all at what makes them hard to end. */
export async function runFamily(t: Test): Promise<Host> {
  const host = startHost(t, 'host-family.mjs')
  for (const name of CHILDREN) await host.until('spawn', ({ child }) => child === name)
  const isUp = (manners: string) => (said: Said) => String(said.manners) === manners
  const pids: number[] = []
  for (const manners of ['behaves', 'deaf', 'deaf,hangs', 'deaf,stops', 'grandchild']) {
    pids.push((await host.until('up', isUp(manners))).pid as number)
  }
  await until('one is stopped', () => look(pids[3] as number)?.state === 'T')
  const all = host.family()
  t.ok(host.guard(), 'there is a guard')
  t.strictSame(
    pids.filter(pid => !all.some(member => member.pid === pid)),
    [],
    'all of them carry the mark',
  )
  t.equal(all.length, CHILDREN.length + 2, 'each child, a grandchild and the guard')
  return host
}
