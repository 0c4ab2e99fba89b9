import { look } from '../e2e/proc.js'
import { until } from '../e2e/until.js'
import { MIXED, MIXED_SIZE, startFamily } from './families.js'
import { row } from './row.js'

row(
  {
    struck: 'host',
    fault: 'its guard is killed, and later the host itself',
    holds: 'a new guard stands in for it within a second, knows everybody, and ends them',
  },
  async t => {
    const host = await startFamily(t, { extensions: MIXED }, MIXED_SIZE)
    const first = host.guard()?.pid as number
    process.kill(first, 'SIGKILL')
    const fault = await host.until('fault', ({ message }) => /guard was lost \(SIGKILL\)/.test(String(message)))
    const second = await until('there is another one', () => [host.guard()].find(one => one && one.pid !== first))
    // In ticks of the kernel: no clock of a process that had to wait for its turn.
    const bornMs = Number(look(second.pid)?.start) * 10
    const lostMs = Number(look(process.pid)?.start) * 10 + (Number(fault.at) - performance.timeOrigin)
    t.comment(`${Math.round(bornMs - lostMs)} ms later`)
    t.ok(bornMs - lostMs < 5000, 'a second, and what a loaded machine takes')
    host.kill('SIGKILL')
    await host.allGone()
  },
)
