/** The line of code in the account: whose word counts, and that there is never an empty one. */
import t from 'tap'
import { where } from '../../lib/supervisor/where.js'
import type { Evidence, Heap, NodeEvidence } from '../../lib/wire/evidence.js'
import { frame, node, profile, seen } from '../fixtures/incident-parts.js'

const [KB, MB] = [1024, 1024 * 1024]
const NOTHING: NodeEvidence = {
  ...{ pid: 1, at: 1, trigger: 'asked', stack: null, profile: null, allocations: null, heap: null },
  ...{ report: null, snapshot: null, error: null, notes: [] },
}
const told = (...found: Partial<NodeEvidence>[]): string | null => {
  const evidence: Evidence = {
    node: found.map(more => ({ ...NOTHING, ...more })),
    processes: [seen('S', 'do_epoll_wait', MB)],
    notes: [],
  }
  return where(evidence)
}

const TIMERS = frame('listOnTimeout', 'node:internal/timers', 588)
const WORK = frame('work', '/app/work.js', 10)
const HOARD = frame('hoard', '/app/hoard.js', 20)
const PARSE = frame('parse', '', 0)
const ROOT = frame('(root)', '', 0)
const heap = (used: number, external: number): Heap => ({ used, external, total: used, limit: 2 ** 31, spaces: {} })
const busy = profile(
  200,
  node(ROOT, 0, node(TIMERS, 0, node(WORK, 20, node(PARSE, 130)), node(HOARD, 10)), node(PARSE, 40)),
)
const kept = {
  ms: 200,
  bytes: 500 * KB,
  root: node(ROOT, 0, node(TIMERS, KB, node(HOARD, 400 * KB), node(WORK, 9 * KB))),
}

t.test('what works most, with all that it calls of others’ than the app’s', async t => {
  t.equal(
    told({ stack: [], profile: busy }),
    'Of its own code work (/app/work.js:10) worked most, 75% of a 200 ms profile.',
  )
  t.equal(
    told({ stack: [TIMERS, HOARD], profile: busy }),
    'Its main thread was in hoard (/app/hoard.js:20); of its own code work (/app/work.js:10) worked most, 75% of a 200 ms profile.',
  )
  t.equal(
    told({ stack: [WORK], profile: busy }),
    'Its main thread was in work (/app/work.js:10).',
    'and once is enough',
  )
  const own = frame('startProfiles', 'osqwatch:witness/look.cjs', 40)
  t.match(
    told({ stack: [own], profile: profile(200, node(ROOT, 0, node(own, 9), node(WORK, 2))) }),
    'Of its own code work (/app/work.js:10) worked most, 18% of a 200 ms profile.',
    'nor is the client its code',
  )
})

t.test('who took memory and kept it stands before who works, where it is memory of the heap', async t => {
  const hoard =
    'Of its own code hoard (/app/hoard.js:20) took most, 400 KB of the 500 KB that 200 ms added to its heap.'
  t.equal(told({ stack: [], profile: busy, allocations: kept, heap: heap(90 * MB, MB) }), hoard)
  t.equal(told({ profile: busy, allocations: kept }), hoard)
  t.match(told({ stack: [], profile: busy, allocations: kept, heap: heap(5 * MB, 90 * MB) }), /work .* worked most/)
  const none = { ms: 200, bytes: 16 * KB, root: node(ROOT, 16 * KB) }
  t.match(told({ profile: busy, allocations: none }), /work .* worked most/, 'nothing of the app’s own')
})

t.test('where no code of the app’s is seen, the next process is heard, and then the kernel', async t => {
  const idle = { stack: [TIMERS], profile: profile(200, node(ROOT, 0, node(TIMERS, 3))), allocations: null }
  t.match(told(idle, { stack: [WORK] }), 'in work (/app/work.js:10).')
  t.equal(told(idle), "Its first process was in state S, in the kernel's do_epoll_wait.")
  t.equal(where({ node: [], processes: [], notes: [] }), null)
})

t.test('an exception that nobody caught is told before all else', async t => {
  const stack = 'TypeError: no\n    at node:internal/x:1:1\n    at load (/app/load.js:3:4)'
  t.equal(
    told(
      { stack: [WORK], profile: busy },
      { trigger: 'exception', error: { name: 'TypeError', message: 'no', stack } },
    ),
    'Nobody caught TypeError: no, at load (/app/load.js:3:4).',
  )
})
