/** A host whose watcher thread can be struck (test/fixtures/host-thread.mjs), and what must hold after the thread's death. */
import type { Test } from 'tap'
import type { Host, Said } from '../e2e/hosts.js'
import { look } from '../e2e/proc.js'
import { isAlive } from '../e2e/processes.js'
import { until } from '../e2e/until.js'

const CHILDREN = ['behaves', 'deaf', 'stopped', 'sleep']

/** The pids of the children, once each was started so many times. */
export async function started(host: Host, times: number): Promise<number[]> {
  const pidsOf = (name: string) =>
    host.said.filter(({ type, child }) => type === 'spawn' && child === name).map(({ pid }) => pid as number)
  const told = () => `${JSON.stringify(host.said)} ${host.stderr}`
  const all = () => CHILDREN.every(name => pidsOf(name).length >= times)
  await until(`every child was started ${times} times`, all, undefined, told)
  return CHILDREN.map(name => pidsOf(name)[times - 1] as number)
}

/** Main is told that the thread died of that; no child outlived it; a new thread has them all running. */
export async function reborn(t: Test, host: Host, first: readonly number[], why: RegExp): Promise<number[]> {
  const isDeath = ({ message }: Said) => /^the watcher thread died: /.test(String(message))
  const { message } = await host.until('fault', isDeath)
  t.match(message, why)
  t.match(message, /; its 4 children were ended, \d of them stay as zombies/)
  t.match(message, /a new thread starts them again/)
  t.strictSame(first.filter(isAlive), [], 'none of the old ones lives')
  const second = await started(host, 2)
  await host.until('ready', ({ pid }) => pid === second[0])
  t.strictSame(
    second.filter(pid => !isAlive(pid)),
    [],
    'all of the new ones do',
  )
  return second
}

/** The watcher is stopped, the host ends by itself, and nobody is left. */
export async function endsWell(t: Test, host: Host, children: readonly number[]): Promise<void> {
  host.order('stop')
  t.match(await host.until('closed'), { report: { code: 0, reason: 'stop requested' } })
  t.strictSame(
    children.filter(pid => look(pid) !== null),
    [],
    'stopped and reaped',
  )
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
}
