/** The option `incidents`: what holds where nothing is set, what each amount takes, and who gets a witness. */
import { join, resolve as resolvePath } from 'node:path'
import t from 'tap'
import { resolveOptions } from '../../lib/options/resolve.js'
import type { WatcherOptions } from '../../lib/options/types.js'
import { OsqwatchError } from '../../lib/wire/errors.js'

const MB = 1_048_576
const DAY = 86_400_000
const MACHINE = { cores: 4, memoryBytes: 1000 * MB }

/** The config of a watcher with this option. */
const incidents = (given?: unknown) => resolveOptions({ incidents: given } as WatcherOptions, MACHINE).config.incidents

/** What is wrong with it: `option: got`. */
function wrong(given: unknown): string[] {
  try {
    incidents(given)
    return []
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    return error.problems.map(({ option, got }) => `${option}: ${got}`)
  }
}

const DEFAULTS = {
  maxBytes: 64 * MB,
  maxFiles: 200,
  maxAge: 30 * DAY,
  cooldown: 60_000,
  budget: 500,
  heapSnapshot: 0,
}

t.test('where nothing is set, 64 MB, 200 files and 30 days of incidents are kept', async t => {
  for (const given of [undefined, {}, { witness: false }]) {
    const { dir = '', ...amounts } = incidents(given) ?? {}
    t.strictSame(amounts, DEFAULTS)
    t.match(dir, /incidents/, 'in a folder of the user')
  }
  t.strictSame(incidents('logs/incidents'), { dir: resolvePath('logs/incidents'), ...DEFAULTS })
  t.strictSame(incidents({ dir: '/var/log/app' }), { dir: join('/', 'var', 'log', 'app'), ...DEFAULTS })
  t.equal(incidents(false), null)
})

t.test('each amount is read in its own unit', async t => {
  for (const [given, amount] of [
    [{ maxAge: '2 days' }, { maxAge: 2 * DAY }],
    [{ maxAge: 60_000 }, { maxAge: 60_000 }],
    [{ maxAge: '12h' }, { maxAge: DAY / 2 }],
    [{ maxBytes: '5MB' }, { maxBytes: 5 * MB }],
    [{ maxBytes: MB }, { maxBytes: MB }],
    [{ maxFiles: 1 }, { maxFiles: 1 }],
    [{ maxFiles: 100_000 }, { maxFiles: 100_000 }],
    [{ cooldown: '5 min' }, { cooldown: 300_000 }],
    [{ cooldown: 0 }, { cooldown: 0 }],
    [{ budget: '2s' }, { budget: 2_000 }],
    [{ budget: 10_000 }, { budget: 10_000 }],
    [{ heapSnapshot: '20s' }, { heapSnapshot: 20_000 }],
    [{ heapSnapshot: false }, { heapSnapshot: 0 }],
  ] as const) {
    const { dir: _, ...amounts } = incidents(given) ?? {}
    t.strictSame(amounts, { ...DEFAULTS, ...amount }, JSON.stringify(given))
  }
})

t.test('an amount that is out of its bounds, or in another unit, is refused by its name', async t => {
  for (const [given, problem] of [
    [{ maxAge: 59_999 }, 'incidents.maxAge: 59999'],
    [{ maxAge: '5MB' }, 'incidents.maxAge: "5MB"'],
    [{ maxBytes: MB - 1 }, `incidents.maxBytes: ${MB - 1}`],
    [{ maxBytes: '5 days' }, 'incidents.maxBytes: "5 days"'],
    [{ maxFiles: 0 }, 'incidents.maxFiles: 0'],
    [{ maxFiles: 100_001 }, 'incidents.maxFiles: 100001'],
    [{ maxFiles: '10' }, 'incidents.maxFiles: "10"'],
    [{ cooldown: -1 }, 'incidents.cooldown: -1'],
    [{ budget: 10_001 }, 'incidents.budget: 10001'],
    [{ heapSnapshot: '121s' }, 'incidents.heapSnapshot: "121s"'],
  ] as const)
    t.strictSame(wrong(given), [problem])
})

t.test('a Node child gets a witness, unless there are no incidents, no time for it, or it is not wanted', async t => {
  const extensions = { x: { command: 'node' } }
  for (const [given, isWitnessed] of [
    [undefined, true],
    ['/incidents', true],
    [{ maxFiles: 9 }, true],
    [false, false],
    [{ witness: false }, false],
    [{ budget: 0 }, false],
  ] as const) {
    const { config } = resolveOptions({ extensions, incidents: given }, MACHINE)
    t.equal(config.children[0]?.witness, isWitnessed, JSON.stringify(given) ?? 'by default')
  }
})
