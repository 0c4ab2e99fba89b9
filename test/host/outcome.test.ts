/** How the host ends, from what was told of its worker. */
import t from 'tap'
import { Outcomes } from '../../lib/host/outcome.js'
import type { WatcherEvent } from '../../lib/wire/events.js'

const spawn = { type: 'spawn', child: 'worker' } as WatcherEvent
const exit = (code: number | null, signal: string | null, child = 'worker') =>
  ({ type: 'exit', child, code, signal }) as WatcherEvent
const DONE = { code: 0, reason: 'the worker has ended' }

function after(...told: (WatcherEvent | NodeJS.Signals)[]) {
  const outcomes = new Outcomes()
  for (const one of told) {
    if (typeof one === 'string') outcomes.asked(one)
    else outcomes.hear(one)
  }
  return outcomes
}

t.test("the worker's own end, of its last life", async t => {
  t.equal(after(spawn, exit(3, null)).of(DONE), 3)
  t.equal(after(spawn, exit(null, 'SIGKILL')).of(DONE), 'SIGKILL')
  t.equal(after(spawn, exit(9, null), spawn, exit(0, null), exit(5, null, 'other')).of(DONE), 0)
})

t.test('a signal that it got and survived says nothing', async t => {
  t.equal(after(spawn, 'SIGTERM', exit(0, null)).of(DONE), 0)
})

t.test('between two lives the signal is the host’s', async t => {
  t.equal(after(spawn, exit(9, null), 'SIGTERM').of(DONE), 'SIGTERM')
  t.equal(after('SIGINT').of(DONE), 'SIGINT')
})

t.test('given up, or worse', async t => {
  t.equal(after(spawn, exit(9, null)).of({ code: 1, reason: 'too many failed lives' }), 1)
  t.equal(after(spawn, exit(78, null)).of({ code: 78, reason: 'status 78' }), 78)
})
