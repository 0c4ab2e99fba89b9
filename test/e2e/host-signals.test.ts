/** The host is ended from outside, or in the midst of createWatcher: nobody supervised is left, nor the guard. */
import t from 'tap'
import { runFamily } from './families.js'
import { runHost } from './hosts.js'

t.test('the host is ended by SIGKILL', async t => {
  const host = await runFamily(t)
  host.kill('SIGKILL')
  t.strictSame(await host.ended(), [null, 'SIGKILL'])
  await host.allGone()
  t.equal(host.stderr, '')
})

for (const ms of [0, 5, 20, 50, 100, 200]) {
  t.test(`the host exits ${ms} ms into createWatcher`, async t => {
    const { end, stderr } = await runHost(t, 'host-hasty.mjs', String(ms))
    t.strictSame(end, [5, null])
    t.equal(stderr, '')
  })
}
