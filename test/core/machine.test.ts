import t from 'tap'
import type { Input, Policy } from '../../lib/core/model.js'
import {
  asked,
  breach,
  breached,
  cleared,
  deadline,
  exited,
  hard,
  policy,
  restart,
  spawned,
  start,
  stop,
  transcript,
} from './script.js'

const UP: readonly (readonly [number, Input])[] = [
  [0, start],
  [1, spawned],
]

t.test('a child that ignores SIGTERM climbs the whole ladder, and its next life waits', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, breached],
    [6_000, deadline],
    [10_000, deadline],
    [10_010, exited(null, 'SIGKILL')],
    [12_010, deadline],
  ] as const
  t.strictSame(transcript(script, policy()), [
    '0 start → starting, spawn',
    '1 spawned → up',
    '5000 breach → warned until 6000, limit, warn',
    '6000 deadline → terminating until 10000, terminate',
    '10000 deadline → killing until 12000, kill',
    '10010 exited → waiting until 12010, exit limit failed, backoff 2000',
    '12010 deadline → starting, spawn',
  ])
})

t.test('a child that goes on the warning gets no signal at all', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, breached],
    [5_400, exited(0)],
  ] as const
  t.strictSame(transcript(script, policy()).slice(2), [
    '5000 breach → warned until 6000, limit, warn',
    '5400 exited → waiting until 7400, exit limit failed, backoff 2000',
  ])
})

t.test('delays of zero skip their rung', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, breached],
  ] as const
  t.equal(
    transcript(script, policy({ warnDelay: 0 }))[2],
    '5000 breach → terminating until 9000, limit, warn, terminate',
  )
  t.equal(
    transcript(script, policy({ warnDelay: 0, forcedShutdownDelay: 0 }))[2],
    '5000 breach → killing until 7000, limit, warn, kill',
  )
})

t.test('memoryHard is SIGKILL at once, from any rung, and once', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, breached],
    [5_100, breached],
    [5_200, hard],
    [5_300, hard],
    [5_400, exited(null, 'SIGKILL')],
  ] as const
  t.strictSame(transcript(script, policy()).slice(2), [
    '5000 breach → warned until 6000, limit, warn',
    '5100 breach → warned until 6000',
    '5200 breach → killing until 7200, limit, kill',
    '5300 breach → killing until 7200',
    '5400 exited → waiting until 7400, exit limit failed, backoff 2000',
  ])
})

t.test('what SIGKILL does not end is told once, and its late end is still taken', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, hard],
    [7_000, deadline],
    [60_000, exited(null, 'SIGKILL')],
  ] as const
  t.strictSame(transcript(script, policy()).slice(2), [
    '5000 breach → killing until 7000, limit, kill',
    '7000 deadline → killing, stuck',
    '60000 exited → waiting until 62000, exit limit failed, backoff 2000',
  ])
})

t.test('a full streak gives up at the next end, failed or not', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [2, exited(1)],
    [2_002, deadline],
    [2_003, spawned],
    [2_004, exited(1)],
    [6_004, deadline],
    [6_005, spawned],
    [9_000, exited(0)],
  ] as const
  const run = transcript(script, policy({ restart: 'always' }))
  t.equal(run[2], '2 exited → waiting until 2002, exit crashed failed, backoff 2000')
  t.equal(run[5], '2004 exited → waiting until 6004, exit crashed failed, backoff 4000')
  t.equal(run[8], '9000 exited → down, exit exited, giveup 1 "too many failed lives in a row"')
})

t.test('a requested stop has its own, longer time; a second one may shorten it', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [100, stop],
    [200, { type: 'stop', within: 500 }],
    [700, deadline],
    [710, exited(null, 'SIGKILL')],
  ] as const
  t.strictSame(transcript(script, policy()).slice(2), [
    '100 stop → terminating until 10100, terminate',
    '200 stop → terminating until 700',
    '700 deadline → killing until 2700, kill',
    '710 exited → down, exit requested',
  ])
})

t.test('a stop in the middle of a ladder keeps the ladder’s delay', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, breached],
    [5_100, stop],
    [5_200, exited(null, 'SIGTERM')],
  ] as const
  t.strictSame(transcript(script, policy()).slice(3), [
    '5100 stop → terminating until 9100, terminate',
    '5200 exited → down, exit limit failed',
  ])
})

t.test('restart works in every phase and clears the streak', async t => {
  const crash = [
    [0, start],
    [1, spawned],
    [2, exited(1)],
  ] as const
  t.equal(transcript([...crash, [3, restart]], policy()).at(-1), '3 restart → starting, spawn')
  const up = [
    [0, start],
    [1, spawned],
    [50, restart],
    [60, exited(0)],
    [61, spawned],
    [62, exited(1)],
  ] as const
  t.strictSame(transcript(up, policy()).slice(2), [
    '50 restart → terminating until 10050, terminate',
    '60 exited → starting, exit requested, spawn',
    '61 spawned → up',
    '62 exited → waiting until 2062, exit crashed failed, backoff 2000',
  ])
  t.equal(transcript([[0, restart]], policy())[0], '0 restart → starting, spawn')
})

t.test('what a child leaves in its process group is ended before the next life', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [9_000, exited(0, null, true)],
    [13_000, deadline],
    [13_050, cleared],
  ] as const
  t.strictSame(transcript(script, policy({ restart: 'always' })).slice(2), [
    '9000 exited → sweeping until 13000, exit exited, terminate remnants',
    '13000 deadline → purging until 15000, kill remnants',
    '13050 cleared → waiting until 13050',
  ])
  const stubborn = [
    [0, start],
    [1, spawned],
    [9_000, hard],
    [9_001, exited(null, 'SIGKILL', true)],
    [11_001, deadline],
  ] as const
  t.strictSame(transcript(stubborn, policy()).slice(3), [
    '9001 exited → purging until 11001, exit limit failed, kill remnants',
    '11001 deadline → waiting until 13001, stuck remnants, backoff 2000',
  ])
})

t.test('what its first process leaves behind in a stop has the time that the stop had promised', async t => {
  const end = (changes: Partial<Policy>) =>
    transcript([...UP, [5_000, stop], [5_001, exited(null, 'SIGTERM', true)]], policy(changes)).at(-1)
  t.equal(end({}), '5001 exited → sweeping until 15000, exit requested, terminate remnants')
  t.equal(
    end({ forcedShutdownDelay: 30_000 }),
    '5001 exited → sweeping until 35001, exit requested, terminate remnants',
    'and never less than what is left behind otherwise has',
  )
  const held = { type: 'breach', breach: breach(), hold: 60_000 } as const
  t.equal(
    transcript([...UP, [5_000, held], [5_001, exited(0, null, true)]], policy()).at(-1),
    '5001 exited → sweeping until 9001, exit limit failed, terminate remnants',
    'the time for evidence does not extend the sweep',
  )
  const itself = [...UP, [5_000, asked], [5_001, exited(0, null, true)]] as const
  t.equal(
    transcript(itself, policy()).at(-1),
    '5001 exited → sweeping until 9001, exit requested, terminate remnants',
    'one that was asked without a bound has promised nothing',
  )
})

t.test('a program that cannot be started: for good, or for now', async t => {
  const failed = (lasting: boolean) =>
    ({ type: 'spawn-failed', code: 'E', lasting, reason: 'no such program' }) as const
  t.strictSame(
    transcript(
      [
        [0, start],
        [1, failed(true)],
      ],
      policy(),
    ),
    ['0 start → starting, spawn', '1 spawn-failed → down, exit spawn failed, giveup 1 "no such program"'],
  )
  t.equal(
    transcript(
      [
        [0, start],
        [1, failed(false)],
      ],
      policy(),
    )[1],
    '1 spawn-failed → waiting until 2001, exit spawn failed, backoff 2000',
  )
})

t.test('a stop that comes while the program starts is carried out as soon as there is something to stop', async t => {
  const script = [
    [0, start],
    [0, stop],
    [1, spawned],
    [2, exited(null, 'SIGTERM')],
  ] as const
  t.strictSame(transcript(script, policy()).slice(1), [
    '0 stop → starting',
    '1 spawned → terminating until 10001, terminate',
    '2 exited → down, exit requested',
  ])
})

t.test('nobody else is told apart: causes of an end', async t => {
  const end = (input: ReturnType<typeof exited>) =>
    transcript(
      [
        [0, start],
        [1, spawned],
        [9_000, input],
      ],
      policy(),
    )[2]
  t.match(end(exited(0)), /down, exit exited$/)
  t.match(end(exited(3)), /exit crashed failed/)
  t.match(end(exited(null, 'SIGSEGV')), /exit crashed failed/)
  t.match(end(exited(null, 'SIGTERM')), /exit signal failed/)
  t.match(end(exited(78)), /exit crashed failed, giveup 78 "it exited with status 78.*"$/)
})

t.test('asked to end by a signal that was passed on, it has its own time, and no next life', async t => {
  const script = [
    [0, start],
    [1, spawned],
    [5_000, asked],
    [90_000, breached],
    [99_000, exited(1)],
  ] as const
  t.strictSame(transcript(script, policy()).slice(2), [
    '5000 asked → terminating until Infinity',
    '90000 breach → terminating until Infinity',
    '99000 exited → down, exit requested',
  ])
})
