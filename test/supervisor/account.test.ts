/** The account of an incident, sentence by sentence: what happened, why, what it was doing, and what follows. */
import t from 'tap'
import { accountOf } from '../../lib/supervisor/account.js'
import type { Incident, IncidentVerdict, ReplayCase } from '../../lib/wire/incident.js'
import { child, FRAME, frame, LIMITS, MB, rung, seen, VERDICT_AT } from '../fixtures/incident-parts.js'

type Silent = Omit<Incident, 'account'>

const MEMORY: IncidentVerdict = {
  ...{ at: VERDICT_AT, verdict: 'memory', limitName: 'memory', setBy: 'limits.memory', message: '' },
  ...{ value: 210 * MB, limit: 200 * MB, baseline: 50 * MB, rss: 260 * MB },
  ...{ state: 'S', hang: null, hard: false, processes: 1, measure: 'resident' },
}
const HEARTBEAT: IncidentVerdict = {
  ...{ ...MEMORY, verdict: 'heartbeat', limitName: 'heartbeatLimit', setBy: 'level app' },
  ...{ value: 10_000, limit: 10_000, hang: 'spinning' },
}
const CPU: IncidentVerdict = { ...MEMORY, verdict: 'cpu', limitName: 'latency', value: 15_000, limit: 12_000 }
const EXIT: Incident['exit'] = {
  ...{ code: null, signal: 'SIGTERM', uptime: 95_000, cause: 'limit', core: null, message: '' },
}
const REPLAY: ReplayCase = { kind: 'limits', cores: 4, limits: {}, baseline: null, ticks: [], memory: [] }
const QUIET = { some: { avg10: 0, avg60: 0, avg300: 0 }, full: null }
const MACHINE: Incident['machine'] = { ...FRAME.machine, pressure: { cpu: QUIET, memory: QUIET, io: QUIET } }
const PLAIN: Silent = {
  ...FRAME,
  ...{ child: child(3, 2, 95), verdict: MEMORY, exit: EXIT, replay: REPLAY, machine: MACHINE },
  recording: {
    samples: { at: [], life: [], cpuMs: [], rss: [], processes: [], lateness: [], state: [] },
    memory: { at: [], rss: [] },
    beats: { at: [], wall: [], own: [] },
    events: [],
  },
}
const account = (changes: Partial<Silent> = {}) => accountOf({ ...PLAIN, ...changes })

/** Its sentence that matches; '' where there is none. */
const sentence = (about: RegExp, changes: Partial<Silent>) =>
  account(changes)
    .split(/(?<=[.)]\.|[a-z%\dM]\.) (?=[A-Z])/)
    .find(text => about.test(text)) ?? ''

t.test('the whole of it, in order', async t => {
  t.equal(
    account({
      ladder: [
        rung(0, 'limit', ''),
        rung(0, 'warn', ''),
        rung(1, 'terminate', ''),
        rung(5, 'kill', ''),
        rung(5.1, 'exit', ''),
      ],
      exit: { ...EXIT, signal: 'SIGKILL' },
      child: child(3, 2, 95, { activity: { at: VERDICT_AT - 900, text: 'job 42' } }),
      evidence: { node: [], processes: [seen('D', 'nfs_wait', MB)], notes: [] },
    }),
    [
      'The extension search (pid 48213, life 3) was ended after 95 s for breaking memory (set by limits.memory): it held 260 MB, 210 MB more than the 50 MB at its start, where 200 MB are allowed.',
      'It was warned after 0 ms, sent SIGTERM after 1 s, sent SIGKILL after 5 s; it was gone, by SIGKILL, 5.1 s after the verdict.',
      'It had said that it was doing "job 42", 6 s before its end.',
      "Its first process was in state D, in the kernel's nfs_wait.",
      'Its next life begins in 2 s, failure 2 of 5.',
    ].join(' '),
  )
})

t.test('who it was', async t => {
  for (const [who, more] of [
    ['The worker (pid 48213, life 3)', { kind: 'worker' }],
    ['The extension search (pid 48213, life 3)', {}],
    ['The adopted child search (pid 48213, life 3)', { kind: 'adopted' }],
    ['The extension search (life 3)', { pid: null }],
  ] as const)
    t.ok(account({ child: child(3, 2, 95, more) }).startsWith(`${who} was ended after`), who)
})

t.test('how it broke its limit', async t => {
  for (const [verdict, broke] of [
    [{ ...MEMORY, limitName: 'memoryTotal', value: 260 * MB }, 'it held 260 MB, where 200 MB are allowed'],
    [{ ...MEMORY, baseline: null }, 'it held 260 MB, where 200 MB are allowed'],
    [
      { ...MEMORY, processes: 3 },
      'it held 260 MB in 3 processes, 210 MB more than the 50 MB at its start, where 200 MB are allowed',
    ],
    [CPU, 'it used more than 50% of 4 cores for 15 s on end, while it still answered; 12 s of that are allowed'],
    [HEARTBEAT, 'it had not answered for 10 s of its own time, where 10 s are allowed, as its loop was spinning'],
    [{ ...HEARTBEAT, hang: 'stopped' }, 'are allowed, as it had been stopped (SIGSTOP, state T)'],
    [{ ...HEARTBEAT, hang: 'waiting' }, 'are allowed, as it was waiting for I/O (state D)'],
    [{ ...HEARTBEAT, hang: 'blocked' }, 'are allowed, as it was blocked in a synchronous call'],
    [{ ...HEARTBEAT, hang: null }, 'are allowed, as it was blocked in a synchronous call'],
  ] as const)
    t.ok(account({ verdict }).includes(`${broke}.`), account({ verdict }))
})

t.test('growth: how fast it grew over its last minute', async t => {
  const grew = (ticks: ReplayCase['ticks']) =>
    /; (over .* a second)\./.exec(account({ replay: { ...REPLAY, ticks } }))?.[1] ?? null
  const at = (seconds: number, megabytes: number) => [seconds, 0, 0, megabytes * MB] as const
  t.equal(grew([at(0, 50), at(30, 110)]), 'over 30 s it grew by 2 MB a second')
  t.equal(
    grew([at(0, 500), at(40, 50), at(70, 80), at(100, 170)]),
    'over 60 s it grew by 2 MB a second',
    'no more than a minute',
  )
  t.equal(grew([at(0, 50), at(1, 51)]), 'over 1 s it grew by 1 MB a second')
  for (const [ticks, why] of [
    [[], 'nothing was seen'],
    [[at(3, 50)], 'it was seen once'],
    [[at(3, 50), at(3.9, 90)], 'less than a second says nothing'],
    [[at(0, 50), at(30, 50)], 'it did not grow'],
    [[at(0, 90), at(30, 50)], 'it shrank'],
  ] as const)
    t.equal(grew(ticks), null, why)
  t.notMatch(account({ verdict: CPU, replay: { ...REPLAY, ticks: [at(0, 50), at(30, 110)] } }), /grew/)
})

t.test('escalation: each step after the verdict, and when it was gone', async t => {
  const told = (ladder: Incident['ladder'], more: Partial<Silent> = {}) =>
    sentence(/^It (was|ended)/, { ladder, ...more })
  t.equal(told([rung(0, 'limit', '')]), 'It ended by itself.')
  t.equal(
    told([rung(0, 'limit', ''), rung(0.5, 'exit', '')], { exit: { ...EXIT, signal: null, code: 0 } }),
    'It ended by itself; it was gone, by exit code 0, 500 ms after the verdict.',
  )
  t.equal(
    told([
      rung(-2, 'limit', ''),
      rung(-2, 'warn', ''),
      rung(0, 'limit', ''),
      rung(0, 'kill', ''),
      rung(0.1, 'exit', ''),
    ]),
    'It was sent SIGKILL after 0 ms; it was gone, by SIGTERM, 100 ms after the verdict.',
    'past memoryHard during its ladder: what came before is not of that verdict',
  )
  t.equal(
    told([rung(-0.001, 'warn', ''), rung(1, 'terminate', ''), rung(1.2, 'exit', '')]),
    'It was warned after 0 ms, sent SIGTERM after 1 s; it was gone, by SIGTERM, 1.2 s after the verdict.',
    'the clocks of two events may differ by a millisecond',
  )
  t.equal(
    told([rung(0, 'kill', '')], { verdict: null, exit: { ...EXIT, cause: 'signal' } }),
    '',
    'without a verdict there are none',
  )
})

t.test('pressure: what the machine lacked', async t => {
  const pressed = (avg10: number) => ({ some: { avg10, avg60: 0, avg300: 0 }, full: null })
  const told = (pressure: Incident['machine']['pressure'], available: number | null = 4_000 * MB) =>
    sentence(/^The machine/, {
      machine: { ...MACHINE, memory: { total: 8_000 * MB, available }, pressure },
    })
  const none = { cpu: QUIET, memory: QUIET, io: QUIET }
  t.equal(told(none), '')
  t.equal(told({ cpu: null, memory: null, io: null }), '', 'nor where the system does not tell')
  t.equal(told({ ...none, cpu: pressed(19.9) }), '')
  t.equal(told({ ...none, cpu: pressed(20) }), 'The machine was under pressure: cpu 20%.')
  t.equal(
    told({ cpu: pressed(71.5), memory: pressed(33), io: pressed(95) }),
    'The machine was under pressure: cpu 71.5%, memory 33%, io 95%.',
  )
  t.equal(told(none, 399 * MB), 'The machine was under pressure: 399 MB of memory left.')
  t.equal(told(none, 400 * MB), '', 'a twentieth is enough')
  t.equal(told(none, null), '')
  t.equal(told({ ...none, io: pressed(40) }, 10 * MB), 'The machine was under pressure: io 40%, 10 MB of memory left.')
})

t.test('an end that no limit brought', async t => {
  const by = (exit: Partial<Incident['exit']>) => account({ verdict: null, exit: { ...EXIT, ...exit } })
  const ended = 'The extension search (pid 48213, life 3) ended after 95 s: '
  for (const [exit, why] of [
    [{ cause: 'limit' }, 'a limit was broken.'],
    [{ cause: 'requested' }, 'it had been asked to.'],
    [{ cause: 'exited', signal: null, code: 0 }, 'by itself, with exit code 0.'],
    [{ cause: 'exited', signal: null, code: null }, 'by itself, with exit code unknown.'],
    [{ cause: 'crashed', signal: null, code: 3 }, 'it crashed, with exit code 3.'],
    [{ cause: 'crashed', signal: 'SIGSEGV' }, 'it crashed by SIGSEGV.'],
    [{ cause: 'crashed', signal: 'SIGSEGV', core: '/var/core.7' }, 'it crashed by SIGSEGV (core: /var/core.7).'],
    [
      { cause: 'signal', signal: 'SIGKILL' },
      'somebody else sent it SIGKILL, neither osqwatch nor the kernel for want of memory.',
    ],
    [{ cause: 'oom', signal: 'SIGKILL' }, 'the kernel killed it, as there was no memory left.'],
    [
      { cause: 'heap', signal: 'SIGABRT' },
      "its JavaScript heap was exhausted, and V8 aborted; that is V8's own limit, not one of osqwatch.",
    ],
  ] as const)
    t.ok(by(exit).startsWith(`${ended}${why} `), by(exit))
  t.match(
    by({ cause: 'spawn', message: 'no such program' }),
    'The extension search (pid 48213, life 3) could not be started: no such program.',
  )
  t.match(
    account({ exit: { ...EXIT, cause: 'oom', signal: 'SIGKILL' } }),
    /ended after 95 s: the kernel killed it/,
    'a verdict that was not carried out is not what ended it',
  )
})

t.test('what follows', async t => {
  const follows = (next: Incident['next'], streak = 2, limits = LIMITS) =>
    sentence(/^It(s next life| is given up| stays down)/, { next, limits, child: child(3, streak, 95) })
  t.equal(follows({ type: 'respawn', delay: 60_000, reason: null }), 'Its next life begins in 60 s, failure 2 of 5.')
  t.equal(follows({ type: 'respawn', delay: 0, reason: null }, 0), 'Its next life begins in 0 ms.')
  t.equal(follows({ type: 'respawn', delay: null, reason: null }, 0), 'Its next life begins in 0 ms.')
  const endless = { ...LIMITS, values: { ...LIMITS.values, respawnLimit: null } }
  t.equal(
    follows({ type: 'respawn', delay: 500, reason: null }, 2, endless),
    'Its next life begins in 500 ms, failure 2.',
  )
  t.equal(follows({ type: 'stays-down', delay: null, reason: null }), 'It stays down.')
  t.equal(follows({ type: 'giveup', delay: null, reason: 'too many failures' }), 'It is given up: too many failures.')
})

t.test('the line of code', async t => {
  const stack = [frame('spin', '/app/x.js', 7)]
  const node = {
    ...{ pid: 1, at: 1, trigger: 'asked' as const, stack, profile: null, allocations: null, heap: null },
    ...{ report: null, snapshot: null, error: null, notes: [] },
  }
  t.match(
    account({ evidence: { node: [node], processes: [], notes: [] } }),
    ' Its main thread was in spin (/app/x.js:7). ',
  )
})
