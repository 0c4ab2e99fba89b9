/** The options of the watcher that are neither limits nor children. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { resolveOptions } from '../../lib/options/resolve.js'
import type { WatcherOptions } from '../../lib/options/types.js'
import { defaultFolder } from '../../lib/os/ledger-folder.js'
import { MACHINE, resolve, takes } from './setup.js'

const cwd = process.cwd()

t.test('the watcher judges itself, and ends only when its host does', async t => {
  const { config } = resolve()
  t.match(config, { policy: { judged: true, enforce: true }, endWithWorker: false, socket: null })
})

t.test('overhead is a percentage of one core', async t => {
  const overhead = (value?: number | string) =>
    resolve({ overhead: value as WatcherOptions['overhead'] }).config.overhead
  t.equal(overhead(), 0.01)
  t.equal(overhead(2), 0.02)
  t.equal(overhead('0.5%'), 0.005)
  t.equal(overhead(100), 1)
  t.equal(overhead('off'), Number.POSITIVE_INFINITY)
  const expected = "percent of one core as a number, '0.5%' or 'off'; more than 0, at most 100"
  for (const value of [0, -1, 100.1, '0%', '', 'much', true, Number.NaN])
    t.equal(takes({ overhead: value }), expected, String(value))
})

t.test('the ledger is a folder, or false for none', async t => {
  const ledger = (value?: string | URL | false) => resolve({ ledger: value }).config.ledger
  t.equal(ledger(), defaultFolder())
  t.equal(ledger(false), null)
  t.equal(ledger('run'), join(cwd, 'run'))
  t.equal(ledger(pathToFileURL('/run/app')), '/run/app')
  t.equal(takes({ ledger: 7 }), 'a path, a file: URL or false')
})

t.test('a signal is anything that looks like an AbortSignal', async t => {
  const foreign = { aborted: false, addEventListener: () => {} } as unknown as AbortSignal
  t.equal(resolve({ signal: foreign }).signal, foreign)
  for (const signal of [{ aborted: false }, { addEventListener: () => {} }, 'SIGTERM'])
    t.equal(takes({ signal }), 'an AbortSignal', JSON.stringify(signal))
})

t.test('respawns and kills per minute are whole numbers from 1', async t => {
  for (const name of ['respawnsPerMinute', 'killsPerMinute'] as const) {
    t.equal(resolve({ [name]: 1 }).config[name], 1)
    for (const value of [0, 1.5, '60', true])
      t.equal(takes({ [name]: value }), "a whole number or 'off'; at least 1", `${name}: ${value}`)
  }
})

t.test('a wrong word is answered with the words that are accepted', async t => {
  t.equal(takes({ sampler: 'ps' }), "'auto' or 'pidusage'")
  t.equal(takes({ onShutdown: 'die' }), "'emit' or 'exit'")
  t.equal(takes({ workerPath: 5 }), 'a path or a file: URL')
  t.equal(takes({ limits: [] }), 'a plain object')
})

t.test('one core is written in the singular', async t => {
  const extensions = { x: { command: 'x' } }
  const [warning] = resolveOptions({ limits: { utilization: 100 }, extensions }, { ...MACHINE, cores: 1 }).warnings
  t.match(warning, /^limits\.utilization: 100 % of 1 core is as much CPU as one thread can use/)
})
