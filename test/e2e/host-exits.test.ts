/** Each way out of the host: it ends as it would without a watcher, and nobody supervised is left, nor the guard. */
import t from 'tap'
import { runFamily } from './families.js'
import { runHost, type Said, startHost } from './hosts.js'
import { isGone } from './proc.js'
import { isAlive } from './processes.js'
import { until } from './until.js'

const ORDERS: readonly (readonly [order: string, code: number, stderr: RegExp])[] = [
  ['leave', 0, /^$/],
  ['exit 3', 3, /^$/],
]

for (const [order, code, stderr] of ORDERS) {
  t.test(`the host ends by itself: ${order}`, async t => {
    const host = await runFamily(t)
    const all = host.family()
    host.order(order)
    t.strictSame(await host.ended(), [code, null], 'as it would without a watcher')
    t.strictSame(
      all.filter(({ pid, command }) => isAlive(pid) && !command.includes('osqwatch-guard')),
      [],
      'nobody outlives it',
    )
    await host.allGone()
    t.match(host.stderr, stderr)
  })
}

t.test('the exit code that the host has set is kept', async t => {
  const host = await runFamily(t)
  host.order('code 7')
  host.order('leave')
  t.strictSame(await host.ended(), [7, null])
  await host.allGone()
})

t.test('a stop() that is under way is overtaken by the exit', async t => {
  const host = await runFamily(t)
  host.order('stop')
  host.order('exit 6')
  t.strictSame(await host.ended(), [6, null])
  await host.allGone()
})

t.test('a stop() leaves nobody, and the host goes on to its own end', async t => {
  const host = await runFamily(t)
  const all = host.family()
  host.order('stop')
  t.match(await host.until('stopped'), { report: { code: 0, reason: 'stop requested' } })
  t.strictSame(
    all.filter(member => (member.parent === host.pid ? !isGone(member) : isAlive(member.pid))),
    [],
    'its own are reaped, and what was theirs is ended',
  )
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
})

t.test('a watcher does not hold its host', async t => {
  const { end, said } = await runHost(t, 'host-held.mjs')
  t.strictSame(end, [0, null])
  t.notOk(
    said.some(({ type }) => type === 'exit'),
    'it did not wait for its child',
  )
})

t.test('a watcher holds its host when it is told to, until it is told otherwise', async t => {
  const host = startHost(t, 'host-held.mjs', 'ref')
  await host.until('done')
  const seen = () => host.said.filter(({ type }) => type === 'sample').length
  const before = seen()
  await until('five more samples are told', () => seen() >= before + 5)
  const { pid } = host.said.find(({ type }) => type === 'sample') as Said
  host.family()
  process.kill(pid as number, 'SIGKILL')
  await host.until('exit')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
})
