/** The table of the state machine: the effect of each input in each phase. */
import t from 'tap'
import { newborn, postponed, step } from '../../lib/core/machine.js'
import type { Child, Input, Phase, Policy } from '../../lib/core/model.js'
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

type Script = readonly (readonly [number, Input])[]

const UP: Script = [
  [0, start],
  [1, spawned],
]

/** Puts a child into each phase at 5000 ms or before, with its deadline after 5500 ms. */
const INTO: Record<Phase, Script> = {
  down: [],
  starting: [[0, start]],
  up: UP,
  warned: [...UP, [5_000, breached]],
  terminating: [...UP, [4_000, breached], [5_000, deadline]],
  killing: [...UP, [5_000, hard]],
  sweeping: [...UP, [5_000, exited(0, null, true)]],
  purging: [...UP, [5_000, hard], [5_000, exited(null, 'SIGKILL', true)]],
  waiting: [...UP, [5_000, exited(1)]],
}
const PHASES = Object.keys(INTO) as Phase[]

/** Returns the transcript of the script in each phase, without the lines that lead to the phase. */
function each(script: Script, changes: Partial<Policy> = {}, phases: readonly Phase[] = PHASES) {
  return phases.map(phase => {
    const lines = transcript([...INTO[phase], ...script], policy(changes))
    return [phase, ...lines.slice(INTO[phase].length)].join(' | ')
  })
}

function childIn(phase: Phase): Child {
  const into = INTO[phase]
  return into.reduce((child, [at, input]) => step(child, input, at, policy())[0], newborn('x', 'extension'))
}

t.test('a start spawns a child only if it is down', async t => {
  t.equal(each([[5_500, start]], {}, ['down'])[0], 'down | 5500 start → starting, spawn')
  for (const phase of PHASES.slice(1)) t.strictSame(step(childIn(phase), start, 5_500, policy()), [childIn(phase), []])
})

t.test('a stop sends SIGTERM, or shortens the time that is left if SIGTERM was sent before', async t => {
  t.strictSame(each([[5_500, { type: 'stop', within: 2_000 }]]), [
    'down | 5500 stop → down',
    'starting | 5500 stop → starting',
    'up | 5500 stop → terminating until 7500, terminate',
    'warned | 5500 stop → terminating until 7500, terminate',
    'terminating | 5500 stop → terminating until 7500',
    'killing | 5500 stop → killing until 7000',
    'sweeping | 5500 stop → sweeping until 7500',
    'purging | 5500 stop → purging until 7000',
    'waiting | 5500 stop → down',
  ])
  t.strictSame(each([[5_500, stop]], {}, ['warned', 'terminating', 'sweeping']), [
    'warned | 5500 stop → terminating until 9500, terminate',
    'terminating | 5500 stop → terminating until 9000',
    'sweeping | 5500 stop → sweeping until 9000',
  ])
  t.strictSame(each([[5_500, { type: 'stop', within: 0 }]], {}, ['up', 'warned']), [
    'up | 5500 stop → killing until 7500, kill',
    'warned | 5500 stop → killing until 7500, kill',
  ])
})

t.test('a signal that was passed on is not sent again, whatever the phase', async t => {
  t.strictSame(each([[5_500, { type: 'asked', within: 2_000 }]]), [
    'down | 5500 asked → down',
    'starting | 5500 asked → starting',
    'up | 5500 asked → terminating until 7500',
    'warned | 5500 asked → warned until 6000',
    'terminating | 5500 asked → terminating until 7500',
    'killing | 5500 asked → killing until 7000',
    'sweeping | 5500 asked → sweeping until 9000',
    'purging | 5500 asked → purging until 7000',
    'waiting | 5500 asked → down',
  ])
})

t.test(
  'after a stop or a signal that was passed on, the child stays down once it has exited, whatever the phase',
  async t => {
    for (const order of [stop, asked]) {
      const ends = [
        ...each(
          [
            [5_500, order],
            [5_510, spawned],
            [5_520, exited(1)],
          ],
          {},
          ['starting', 'up', 'warned'],
        ),
        ...each(
          [
            [5_500, order],
            [5_520, exited(1)],
          ],
          {},
          ['terminating', 'killing'],
        ),
        ...each(
          [
            [5_500, order],
            [5_520, cleared],
          ],
          {},
          ['sweeping', 'purging'],
        ),
      ]
      t.equal(ends.length, 7)
      for (const end of ends) t.match(end, / \| 5520 (exited|cleared) → down(, exit (requested|limit failed))?$/)
    }
  },
)

t.test('a restart begins the next run as soon as the previous one has ended, whatever the phase', async t => {
  t.strictSame(each([[5_500, restart]], {}, ['down', 'waiting']), [
    'down | 5500 restart → starting, spawn',
    'waiting | 5500 restart → starting, spawn',
  ])
  t.strictSame(
    each(
      [
        [5_500, restart],
        [5_510, spawned],
        [5_520, exited(0)],
      ],
      {},
      ['starting'],
    ),
    [
      'starting | 5500 restart → starting | 5510 spawned → terminating until 15510, terminate | ' +
        '5520 exited → starting, exit requested, spawn',
    ],
  )
  t.strictSame(
    each(
      [
        [5_500, restart],
        [5_520, exited(1)],
      ],
      {},
      ['up', 'warned', 'terminating', 'killing'],
    ),
    [
      'up | 5500 restart → terminating until 15500, terminate | 5520 exited → starting, exit requested, spawn',
      'warned | 5500 restart → terminating until 9500, terminate | 5520 exited → starting, exit limit failed, spawn',
      'terminating | 5500 restart → terminating until 9000 | 5520 exited → starting, exit limit failed, spawn',
      'killing | 5500 restart → killing until 7000 | 5520 exited → starting, exit limit failed, spawn',
    ],
  )
  t.strictSame(
    each(
      [
        [5_500, restart],
        [5_520, cleared],
      ],
      {},
      ['sweeping', 'purging'],
    ),
    [
      'sweeping | 5500 restart → sweeping until 9000 | 5520 cleared → starting, spawn',
      'purging | 5500 restart → purging until 7000 | 5520 cleared → starting, spawn',
    ],
  )
})

t.test('the last request wins: a restart revokes a stop, and a stop revokes a restart', async t => {
  const end = (script: Script) => transcript([...UP, ...script], policy()).at(-1)
  t.equal(
    end([
      [10, stop],
      [20, restart],
      [30, exited(0)],
    ]),
    '30 exited → starting, exit requested, spawn',
  )
  t.equal(
    end([
      [10, restart],
      [20, stop],
      [30, exited(0)],
    ]),
    '30 exited → down, exit requested',
  )
  t.equal(
    end([
      [10, restart],
      [20, asked],
      [30, exited(0)],
    ]),
    '30 exited → down, exit requested',
  )
})

t.test('a breach escalates while the child is up; during an escalation only memoryHard does', async t => {
  t.strictSame(each([[5_500, breached]]), [
    'down | 5500 breach → down',
    'starting | 5500 breach → starting',
    'up | 5500 breach → warned until 6500, limit, warn',
    'warned | 5500 breach → warned until 6000',
    'terminating | 5500 breach → terminating until 9000',
    'killing | 5500 breach → killing until 7000',
    'sweeping | 5500 breach → sweeping until 9000',
    'purging | 5500 breach → purging until 7000',
    'waiting | 5500 breach → waiting until 7000',
  ])
  t.strictSame(each([[5_500, hard]]), [
    'down | 5500 breach → down',
    'starting | 5500 breach → starting',
    'up | 5500 breach → killing until 7500, limit, kill',
    'warned | 5500 breach → killing until 7500, limit, kill',
    'terminating | 5500 breach → killing until 7500, limit, kill',
    'killing | 5500 breach → killing until 7000',
    'sweeping | 5500 breach → sweeping until 9000',
    'purging | 5500 breach → purging until 7000',
    'waiting | 5500 breach → waiting until 7000',
  ])
})

t.test('with enforce: false, a breach is reported and nothing else happens', async t => {
  const shadow = { enforce: false }
  t.strictSame(each([[5_500, breached]], shadow, ['up']), ['up | 5500 breach → up, limit'])
  t.strictSame(each([[5_500, hard]], shadow, ['up']), ['up | 5500 breach → up, limit'])
  const stopping: Script = [...UP, [5_000, stop]]
  const after = (input: Input) => transcript([...stopping, [5_500, input]], policy(shadow)).at(-1)
  t.equal(after(hard), '5500 breach → terminating until 15000, limit')
  t.equal(after(breached), '5500 breach → terminating until 15000')
})

t.test('a deadline takes the next step of the escalation', async t => {
  const due: [Phase, number, string][] = [
    ['warned', 6_000, '6000 deadline → terminating until 10000, terminate'],
    ['terminating', 9_000, '9000 deadline → killing until 11000, kill'],
    ['killing', 7_000, '7000 deadline → killing, stuck'],
    ['sweeping', 9_000, '9000 deadline → purging until 11000, kill remnants'],
    ['purging', 7_000, '7000 deadline → waiting until 9000, stuck remnants, backoff 2000'],
    ['waiting', 7_000, '7000 deadline → starting, spawn'],
  ]
  for (const [phase, at, line] of due) t.equal(each([[at, deadline]], {}, [phase])[0], `${phase} | ${line}`)
})

t.test('an input without a meaning in a phase changes nothing', async t => {
  const failed: Input = { type: 'spawn-failed', code: 'ENOENT', lasting: true, reason: 'no such program' }
  const examined: Input = { type: 'examined', within: 0 }
  const foreign: [Input, Phase[]][] = [
    [spawned, PHASES.filter(phase => phase !== 'starting')],
    [failed, PHASES.filter(phase => phase !== 'starting')],
    [examined, PHASES.filter(phase => phase !== 'warned')],
    [exited(1), ['down', 'starting', 'sweeping', 'purging', 'waiting']],
    [cleared, PHASES.filter(phase => phase !== 'sweeping' && phase !== 'purging')],
    [deadline, ['down', 'starting', 'up']],
    [stop, ['down']],
    [asked, ['down']],
  ]
  for (const [input, phases] of foreign) {
    for (const phase of phases) {
      const child = childIn(phase)
      t.strictSame(step(child, input, 5_500, policy()), [child, []], `${input.type} in ${phase}`)
    }
  }
})

t.test('SIGTERM waits for evidence, at most until its deadline', async t => {
  const held: Input = { type: 'breach', breach: breach(), hold: 3_000 }
  const due = (inputs: Script, changes: Partial<Policy> = {}) => transcript([...UP, ...inputs], policy(changes)).at(-1)
  t.equal(due([[5_000, held]]), '5000 breach → warned until 8000, limit, warn')
  t.equal(due([[5_000, held]], { warnDelay: 4_000 }), '5000 breach → warned until 9000, limit, warn')
  t.equal(due([[5_000, held]], { warnDelay: 0 }), '5000 breach → warned until 8000, limit, warn')
  t.equal(
    due([
      [5_000, held],
      [5_500, { type: 'examined', within: 700 }],
    ]),
    '5500 examined → warned until 6200',
  )
  t.equal(
    due([
      [5_000, held],
      [5_500, { type: 'examined', within: 0 }],
    ]),
    '5500 examined → warned until 5500',
  )
  t.equal(
    due([
      [5_000, held],
      [5_500, { type: 'examined', within: 9_000 }],
    ]),
    '5500 examined → warned until 8000',
    'evidence that has arrived never extends the wait',
  )
})

t.test('a pause of the watcher postpones a deadline by its length', async t => {
  t.equal(postponed(childIn('warned'), 250).deadline, 6_250)
  t.strictSame(postponed(childIn('warned'), 250), { ...childIn('warned'), deadline: 6_250 })
  t.strictSame(postponed(childIn('up'), 250), childIn('up'))
})
