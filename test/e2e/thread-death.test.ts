/** The watcher thread dies, or the guard does: it is told, it is made good, and nobody is left. */
import t, { type Test } from 'tap'
import { type Host, startHost } from './hosts.js'
import { look } from './proc.js'
import { isAlive } from './processes.js'
import { until } from './until.js'

const CHILDREN = ['behaves', 'deaf', 'stopped', 'sleep']

/** The pids of the children, once each was started so many times. */
async function started(host: Host, times: number): Promise<number[]> {
  const pidsOf = (name: string) =>
    host.said.filter(({ type, child }) => type === 'spawn' && child === name).map(({ pid }) => pid as number)
  await until(`every child was started ${times} times`, () => CHILDREN.every(name => pidsOf(name).length >= times))
  return CHILDREN.map(name => pidsOf(name)[times - 1] as number)
}

const begin = (t: Test) => startHost(t, 'host-thread.mjs')

t.test('the thread dies: its children end, and a new one starts them again', async t => {
  const host = begin(t)
  const first = await started(host, 1)
  host.family()
  host.order('die')
  const { message } = await host.until('fault')
  t.match(message, /the watcher thread died: .*; its 4 children were ended, \d of them stay as zombies/)
  t.match(message, /a new thread starts them again/)
  t.strictSame(first.filter(isAlive), [], 'none of the old ones lives')
  const second = await started(host, 2)
  await host.until('ready', ({ pid }) => pid === second[0])
  t.strictSame(
    second.filter(pid => !isAlive(pid)),
    [],
    'all of the new ones do',
  )
  host.order('status')
  const { rows } = await host.until('status')
  t.strictSame(
    (rows as { name: string; pid: number }[]).map(({ pid }) => pid),
    [...second, host.pid],
  )

  host.order('stop')
  t.match(await host.until('closed'), { report: { code: 0, reason: 'stop requested' } })
  t.strictSame(
    second.filter(pid => look(pid) !== null),
    [],
    'stopped and reaped',
  )
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
  t.equal(host.stderr, '')
})

t.test('the host is killed just when its thread has died', async t => {
  const host = begin(t)
  await started(host, 1)
  host.family()
  host.order('die')
  host.kill('SIGKILL')
  t.strictSame(await host.ended(), [null, 'SIGKILL'])
  await host.allGone()
})

t.test('a thread that keeps dying is given up, and the host is told', async t => {
  const host = begin(t)
  await started(host, 1)
  host.family()
  host.order('die-for-good')
  t.match(await host.until('closed'), { report: { code: 78, reason: /^the watcher thread died: / } })
  const faults = host.said.filter(({ type }) => type === 'fault').map(({ message }) => String(message))
  t.equal(faults.length, 6)
  t.match(faults.at(-1), /no new thread is started$/)
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
})

t.test('the guard is killed: it is told, replaced, and as good as before', async t => {
  const host = begin(t)
  await started(host, 1)
  const { pid } = await until('there is a guard', () => host.guard())
  process.kill(pid, 'SIGKILL')
  t.match(await host.until('fault'), { message: /guard was lost \(SIGKILL\)/ })
  await until('there is another one', () => ![undefined, pid].includes(host.guard()?.pid))
  // It is seen before it is told of the children, in one turn of the thread: an answer comes after that turn.
  host.order('status')
  await host.until('status')
  host.kill('SIGKILL')
  t.strictSame(await host.ended(), [null, 'SIGKILL'])
  await host.allGone()
})
