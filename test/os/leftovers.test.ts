import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { isSame, startTime } from '../../lib/os/identity.js'
import { endLeftovers } from '../../lib/os/leftovers.js'
import { signals } from '../../lib/os/signals.js'

const lifeOf = ({ pid = 0 }: ChildProcess) => ({ pid, start: startTime(pid) })

for (const detached of [true, false]) {
  const whose = detached ? 'a group of its own' : 'the group of its host'
  t.test(`a child in ${whose} is killed when its time is up, and waited for`, async t => {
    const child = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 0.1; done'], { detached, stdio: 'ignore' })
    t.teardown(() => child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    await endLeftovers([lifeOf(child)], 0, isSame, signals)
    t.strictSame(await ended, [null, 'SIGKILL'])
  })
}

t.test('a pid with another start time is a stranger', async t => {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await endLeftovers([{ pid: child.pid ?? 0, start: '1' }], 0, isSame, signals)
  t.ok(child.kill('SIGTERM'), 'it lives on')
  t.strictSame(await ended, [null, 'SIGTERM'])
})
