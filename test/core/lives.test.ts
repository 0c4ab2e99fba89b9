/** How a run begins and ends, and the state of the child after it. */
import t from 'tap'
import { newborn, step } from '../../lib/core/machine.js'
import type { Child, Effect, Input, Kind, Policy } from '../../lib/core/model.js'
import { asked, breach, cleared, deadline, exited, hard, policy, restart, spawned, start, stop } from './script.js'

type Script = readonly (readonly [number, Input])[]

/** Returns the child and the effects after the last input. */
function after(script: Script, changes: Partial<Policy> = {}, kind: Kind = 'extension'): [Child, readonly Effect[]] {
  const rules = policy(changes)
  return script.reduce<[Child, readonly Effect[]]>(
    ([child], [at, input]) => [...step(child, input, at, rules)],
    [newborn('x', kind), []],
  )
}

const UP: Script = [
  [0, start],
  [1, spawned],
]
const cpu: Input = { type: 'breach', breach: breach({ verdict: 'cpu', limitName: 'latency' }), hold: 0 }

t.test('a new child is down, without a pid, a deadline or a run', async t => {
  t.strictSame(newborn('search', 'extension'), {
    ...{ name: 'search', kind: 'extension', phase: 'down', pid: null, life: 0, streak: 0, bornAt: 0 },
    ...{ deadline: null, breach: null, intent: 'decide', end: null },
  })
})

t.test('a run inherits only its number and the count of failures from the previous run', async t => {
  const [next] = after([...UP, [5_000, hard], [5_010, stop], [5_020, restart], [5_030, exited(null, 'SIGKILL')]])
  const fresh = { pid: null, deadline: null, breach: null, intent: 'decide', end: null }
  t.match(next, { ...fresh, phase: 'starting', life: 2, streak: 0 })
  const [counted] = after([...UP, [5_000, exited(1)], [7_000, deadline]])
  t.match(counted, { ...fresh, phase: 'starting', life: 2, streak: 1 })
})

t.test("a run begins at the spawn; an adopted child's began before it was adopted", async t => {
  t.match(
    after([
      [0, start],
      [100, spawned],
    ])[0],
    { phase: 'up', pid: 7, bornAt: 100, deadline: null },
  )
  const adopted: Input = { type: 'spawned', pid: 9, age: 40_000 }
  const [up] = after(
    [
      [50_000, start],
      [50_000, adopted],
    ],
    {},
    'adopted',
  )
  t.match(up, { phase: 'up', pid: 9, bornAt: 10_000 })
  const [, effects] = after(
    [
      [50_000, start],
      [50_000, adopted],
      [60_000, exited(0)],
    ],
    {},
    'adopted',
  )
  t.match(effects, [{ type: 'exit', end: { uptime: 50_000 } }])
})

t.test('an exit has its code, its signal, and its uptime in whole milliseconds', async t => {
  const [, effects] = after([...UP, [9_001.4, exited(3)]])
  t.strictSame(effects[0], {
    ...{ type: 'exit', failed: true, end: { code: 3, signal: null, uptime: 9_000, cause: 'crashed' } },
  })
  t.match(after([...UP, [501, exited(null, 'SIGTERM')]])[1][0], {
    end: { code: null, signal: 'SIGTERM', uptime: 500, cause: 'signal' },
  })
})

t.test('the cause of an exit is the first that applies: breach, request, OOM kill or heap, crash, signal', async t => {
  const cause = (script: Script, kind: Kind = 'extension') => {
    const exit = after([...UP, ...script], { restart: 'never' }, kind)[1].find(({ type }) => type === 'exit')
    return exit?.type === 'exit' ? exit.end.cause : null
  }
  const because = (because: 'oom' | 'heap', code: number | null, signal: string | null): Input => ({
    ...{ type: 'exited', code, signal, remnants: false, because },
  })
  t.equal(cause([[10, exited(0)]]), 'exited')
  t.equal(cause([[10, exited(1)]]), 'crashed')
  t.equal(cause([[10, exited(null)]], 'adopted'), 'exited', 'the exit code of an adopted child is not known')
  for (const signal of ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'])
    t.equal(cause([[10, exited(null, signal)]]), 'crashed', signal)
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE'])
    t.equal(cause([[10, exited(null, signal)]]), 'signal', signal)
  t.equal(cause([[10, because('oom', null, 'SIGKILL')]]), 'oom')
  t.equal(cause([[10, because('heap', null, 'SIGABRT')]]), 'heap')
  for (const order of [stop, asked, restart]) {
    t.equal(
      cause([
        [10, order],
        [20, exited(1)],
      ]),
      'requested',
      order.type,
    )
    t.equal(
      cause([
        [10, order],
        [20, because('oom', null, 'SIGKILL')],
      ]),
      'requested',
    )
  }
  t.equal(
    cause([
      [10, cpu],
      [20, because('oom', null, 'SIGKILL')],
    ]),
    'limit',
  )
  t.equal(
    cause([
      [10, cpu],
      [15, stop],
      [20, exited(0)],
    ]),
    'limit',
  )
})

t.test('a breach is kept until the run ends, and a memoryHard breach replaces it', async t => {
  t.match(after([...UP, [10, cpu]])[0].breach, { verdict: 'cpu' })
  t.match(after([...UP, [10, cpu], [20, deadline]])[0], { phase: 'terminating', breach: { verdict: 'cpu' } })
  t.match(after([...UP, [10, cpu], [20, hard]])[0].breach, { verdict: 'memory', limitName: 'memoryHard' })
  t.match(after([...UP, [10, cpu], [20, stop], [30, hard]])[0].breach, { limitName: 'memoryHard' })
})

t.test('the effects of a breach contain the breach and the time for evidence', async t => {
  const found = breach({ verdict: 'cpu' })
  const input: Input = { type: 'breach', breach: found, hold: 300 }
  const limit = { type: 'limit', breach: found, hold: 300 } as const
  t.strictSame(after([...UP, [10, input]])[1], [limit, { type: 'warn', breach: found }])
  t.strictSame(after([...UP, [10, input]], { enforce: false })[1], [limit])
  const fatal = breach({ hard: true })
  const kill = { type: 'kill', remnants: false } as const
  const hardInput: Input = { type: 'breach', breach: fatal, hold: 300 }
  t.strictSame(after([...UP, [10, hardInput]])[1], [{ ...limit, breach: fatal }, kill])
  t.strictSame(after([...UP, [10, input], [20, hardInput]])[1], [{ ...limit, breach: fatal }, kill])
  const dry = { enforce: false }
  t.strictSame(after([...UP, [10, stop], [20, hardInput]], dry)[1], [{ ...limit, breach: fatal }])
})

t.test('an escalation signals the child, and a sweep signals what is left of its process group', async t => {
  const last = (script: Script) => after([...UP, ...script])[1]
  t.strictSame(last([[10, stop]]), [{ type: 'terminate', remnants: false }])
  t.strictSame(
    last([
      [10, stop],
      [10_010, deadline],
    ]),
    [{ type: 'kill', remnants: false }],
  )
  t.strictSame(
    last([
      [10, stop],
      [10_010, deadline],
      [12_010, deadline],
    ]),
    [{ type: 'stuck', remnants: false }],
  )
  t.strictSame(last([[10, exited(0, null, true)]])[1], { type: 'terminate', remnants: true })
  t.strictSame(
    last([
      [10, exited(0, null, true)],
      [4_010, deadline],
    ]),
    [{ type: 'kill', remnants: true }],
  )
  t.strictSame(
    last([
      [10, stop],
      [20, exited(0, null, true)],
      [10_010, deadline],
      [12_010, deadline],
    ]),
    [{ type: 'stuck', remnants: true }],
  )
})

t.test('a child that survives SIGKILL has no further deadline', async t => {
  t.match(after([...UP, [10, hard], [2_010, deadline]])[0], { phase: 'killing', deadline: null, pid: 7 })
})

t.test(
  'the process group of a killed child gets SIGKILL at once, and that of any other child gets SIGTERM first',
  async t => {
    const [killed, kill] = after([...UP, [10, hard], [20, exited(null, 'SIGKILL', true)]])
    t.match(killed, { phase: 'purging', deadline: 2_020, pid: 7 })
    t.match(kill.at(-1), { type: 'kill', remnants: true })
    const [left, term] = after([...UP, [10, exited(1, null, true)]])
    t.match(left, { phase: 'sweeping', deadline: 4_010, pid: 7, end: { code: 1, cause: 'crashed' } })
    t.match(term.at(-1), { type: 'terminate', remnants: true })
  },
)

t.test('the restart rules apply after a sweep as they do without one', async t => {
  const clean: Script = [...UP, [5_000, exited(0, null, true)], [5_100, cleared]]
  t.match(after(clean)[0], { phase: 'down', pid: null, deadline: null, streak: 0 })
  const crashed: Script = [...UP, [5_000, exited(1, null, true)], [5_100, cleared]]
  t.match(after(crashed)[0], { phase: 'waiting', pid: null, deadline: 7_100, streak: 1 })
  t.strictSame(after(crashed)[1], [{ type: 'backoff', delay: 2_000 }])
})

t.test('an adopted child is never restarted', async t => {
  for (const end of [exited(1), exited(0), exited(null, 'SIGSEGV'), exited(78)]) {
    const [down, effects] = after([...UP, [10, end]], { restart: 'always' }, 'adopted')
    t.match(down, { phase: 'down', pid: null, deadline: null })
    t.strictSame(
      effects.map(({ type }) => type),
      ['exit'],
    )
  }
  const [down] = after([...UP, [10, restart], [20, exited(0)]], { restart: 'always' }, 'adopted')
  t.equal(down.phase, 'down')
})

t.test(
  'a child that is given up is down and keeps its count of failures, and a manual restart clears the count',
  async t => {
    const twice: Script = [...UP, [2, exited(1)], [2_002, deadline], [2_003, spawned], [2_004, exited(1)]]
    const [child, effects] = after([...twice, [6_004, deadline], [6_005, spawned], [6_006, exited(1)]])
    t.match(child, { phase: 'down', pid: null, deadline: null, streak: 2, life: 3 })
    t.strictSame(effects.at(-1), { type: 'giveup', code: 1, reason: 'too many failed lives in a row' })
    t.match(after([...UP, [10, exited(0)]], {})[0], { phase: 'down', pid: null, streak: 0 })
    const [again] = after([...twice, [6_004, deadline], [6_005, spawned], [6_006, exited(1)], [7_000, restart]])
    t.match(again, { phase: 'starting', streak: 0, life: 4 }, 'a manual restart counts from zero')
  },
)

t.test('without a delay, the next run is due at once and no backoff is reported', async t => {
  const [child, effects] = after([...UP, [5_000, exited(0)]], { restart: 'always' })
  t.match(child, { phase: 'waiting', deadline: 5_000 })
  t.strictSame(
    effects.map(({ type }) => type),
    ['exit'],
  )
  t.match(after([...UP, [301, exited(0)]], { restart: 'always' })[1].at(-1), { type: 'backoff', delay: 700 })
})

t.test('a failed spawn is a failed run, and a spawn error that lasts gives the child up', async t => {
  const failed = (lasting: boolean): Input => ({ type: 'spawn-failed', code: 'E', lasting, reason: 'no such program' })
  const exit = { type: 'exit', failed: true, end: { code: null, signal: null, uptime: 0, cause: 'spawn' } } as const
  const [down, effects] = after([
    [0, start],
    [1, failed(true)],
  ])
  t.strictSame(effects, [exit, { type: 'giveup', code: 1, reason: 'no such program' }])
  t.match(down, { phase: 'down', pid: null, deadline: null, life: 1 })
  const [waiting, again] = after([
    [0, start],
    [1, failed(false)],
  ])
  t.strictSame(again, [exit, { type: 'backoff', delay: 2_000 }])
  t.match(waiting, { phase: 'waiting', streak: 1, deadline: 2_001 })
})

t.test('a stop or restart during a spawn is carried out even if the spawn fails', async t => {
  const failed = (lasting: boolean): Input => ({ type: 'spawn-failed', code: 'E', lasting, reason: 'no such program' })
  for (const lasting of [true, false]) {
    const [down, effects] = after([
      [0, start],
      [1, stop],
      [2, failed(lasting)],
    ])
    t.equal(down.phase, 'down')
    t.strictSame(
      effects.map(({ type }) => type),
      ['exit'],
      'a child that was stopped is not given up',
    )
    const [next] = after([
      [0, start],
      [1, restart],
      [2, failed(lasting)],
    ])
    t.match(next, { phase: 'starting', life: 2 })
  }
})

t.test('a child that is signalled at once keeps its name, its pid and its breach', async t => {
  const known = { name: 'x', pid: 7, life: 1, breach: { verdict: 'cpu' } }
  t.match(after([...UP, [10, cpu]], { warnDelay: 0 })[0], { ...known, phase: 'terminating', deadline: 4_010 })
  const atOnce = { warnDelay: 0, forcedShutdownDelay: 0 }
  t.match(after([...UP, [10, cpu]], atOnce)[0], { ...known, phase: 'killing', deadline: 2_010 })
})
