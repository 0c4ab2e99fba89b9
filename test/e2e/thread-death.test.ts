/** The guard dies: it is told, it is made good, and nobody is left. */
import t, { type Test } from 'tap'
import { type Host, startHost } from './hosts.js'
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
