/** The option `incidents`: where they are written, and what evidence may cost. */
import { join } from 'node:path'
import t from 'tap'
import type { WatcherOptions } from '../../lib/options/types.js'
import { MB, resolve, takes } from './setup.js'

t.test('incidents are a folder, false for none, or an object', async t => {
  const defaults = {
    ...{ maxBytes: 64 * MB, maxFiles: 200, maxAge: 30 * 86_400_000 },
    ...{ cooldown: 60_000, budget: 500, heapSnapshot: 0 },
  }
  const incidents = (value: WatcherOptions['incidents']) => resolve({ incidents: value }).config.incidents
  t.equal(incidents(false), null)
  for (const unset of [undefined, {}, { witness: false }]) {
    const { dir: _, ...amounts } = incidents(unset) ?? {}
    t.strictSame(amounts, defaults)
  }
  t.match(incidents({ maxAge: '2 days', maxBytes: '5MB', cooldown: '5 min' }), {
    ...{ maxAge: 2 * 86_400_000, maxBytes: 5 * MB, cooldown: 300_000 },
  })
  t.strictSame(incidents('why'), { dir: join(process.cwd(), 'why'), ...defaults })
  t.strictSame(incidents({ dir: 'why' }), { dir: join(process.cwd(), 'why'), ...defaults })
  t.match(incidents({ budget: 0, heapSnapshot: false }), { budget: 0, heapSnapshot: 0 })
  t.match(incidents({ heapSnapshot: '2 min', maxFiles: 1 }), { heapSnapshot: 120_000, maxFiles: 1 })
  t.match(incidents({ budget: '10s', maxBytes: '1MB', maxAge: '1 min', cooldown: 0 }), {
    ...{ budget: 10_000, maxBytes: MB, maxAge: 60_000, cooldown: 0 },
  })
})

t.test('a wrong option of incidents is answered with its unit and its bounds', async t => {
  const cases: [unknown, string][] = [
    [true, 'a path, a file: URL, an object or false'],
    [{ dir: 5 }, 'a path or a file: URL'],
    [{ maxBytes: '1023KB' }, "a size, such as '64MB'; at least 1048576"],
    [{ maxFiles: 0 }, 'a whole number; at least 1, at most 100000'],
    [{ maxFiles: 100_001 }, 'a whole number; at least 1, at most 100000'],
    [{ maxAge: '59s' }, "a duration, such as '30 days'; at least 60000"],
    [{ cooldown: -1 }, "a duration, such as '1 min'; at least 0"],
    [{ budget: '11s' }, "a duration, such as '500ms'; at least 0, at most 10000"],
    [{ heapSnapshot: '121s' }, "a duration, such as '20s', or false; at least 0, at most 120000"],
    [{ heapSnapshot: true }, "a duration, such as '20s', or false; at least 0, at most 120000"],
    [{ witness: 'no' }, 'true or false'],
  ]
  for (const [incidents, expected] of cases) t.equal(takes({ incidents }), expected, JSON.stringify(incidents))
})

t.test('without a budget children have no helper thread', async t => {
  const witness = (incidents: WatcherOptions['incidents']) => {
    const [child] = resolve({ incidents, extensions: { x: { command: 'x' } } }).config.children
    return child?.witness
  }
  t.equal(witness('why'), true)
  t.equal(witness({}), true)
  t.equal(witness({ budget: 0 }), false)
  t.equal(witness({ witness: false }), false)
  t.equal(witness(false), false)
})
