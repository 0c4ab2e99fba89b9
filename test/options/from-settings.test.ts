/** Settings resolved: the same as options, but for a host that is there for its worker. */
import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { shown } from '../../lib/settings/files.js'
import { resolveSettings } from '../../lib/settings/index.js'
import { MACHINE, MB, settingsOf } from '../settings/setup.js'

const worker = { command: 'app' }

t.test('the host is ours to judge, and ends with its worker', async t => {
  const { config, context } = resolveSettings(settingsOf({}), { worker }, MACHINE)
  t.match(config, { level: 'app', judgeHost: true, endWithWorker: true, onShutdown: 'emit', overhead: 0.01 })
  t.match(config.children, [{ name: 'worker', kind: 'worker', tree: true, policy: { restart: 'on-failure' } }])
  t.equal(context.watchExtensions, true)
})

t.test("the settings are the worker's, unless it has its own; an extension has its own restart", async t => {
  const settings = settingsOf({ flags: { restart: 'always', tree: 'false', warnSignal: 'off', memory: '50MB' } })
  const limits = { memory: '60MB' }
  const children = {
    worker: { ...worker, warnSignal: 'SIGUSR1' as const },
    extensions: { x: { command: 'x', limits } },
  }
  const [app, x] = resolveSettings(settings, children, MACHINE).config.children
  t.match(app, { tree: false, warnSignal: 'SIGUSR1', policy: { restart: 'always', memory: 50 * MB } })
  t.match(x, { tree: true, warnSignal: 'auto', policy: { restart: 'on-failure', memory: 60 * MB } })
  t.equal(app?.policy.sources.memory, '--memory')
  t.equal(x?.policy.sources.memory, 'extensions.x.limits.memory')
})

t.test('shadow mode is for the host and all its children, unless one says otherwise', async t => {
  const settings = settingsOf({ env: { OSQWATCH_ENFORCE: '0', OSQWATCH_KILLS_PER_MINUTE: '7' } })
  const extensions = { x: { command: 'x' }, y: { command: 'y', enforce: true } }
  const { config } = resolveSettings(settings, { worker, extensions }, MACHINE)
  t.match(config, { policy: { enforce: false }, killsPerMinute: 7, respawnsPerMinute: 60 })
  t.strictSame(
    config.children.map(({ policy }) => policy.enforce),
    [false, false, true],
  )
})

t.test("extensions of a file and of the call; of one name, the call's", async t => {
  const from = realpathSync(t.testdir({}))
  const extensions = { a: { command: 'a' }, b: { command: 'b', limits: { memry: 1 } } }
  writeFileSync(join(from, 'osqwatch.config.json'), JSON.stringify({ extensions, overhead: '2%' }))
  const settings = settingsOf({ from, flags: { watchdog_delay: '7' } })
  const own = { b: { command: 'own' }, c: { command: 'c' } }
  const { config } = resolveSettings(settings, { worker, extensions: own }, MACHINE)
  t.equal(config.overhead, 0.02)
  t.match(config.children, [
    { name: 'worker', policy: { judged: true } },
    { name: 'a', cwd: from, run: { command: 'a' }, policy: { delay: 7_000, judged: false } },
    { name: 'b', run: { command: 'own' } },
    { name: 'c' },
  ])
  const problems = [{ option: `${shown(join(from, 'osqwatch.config.json'))} extensions.b.limits.memry` }]
  t.throws(() => resolveSettings(settings, { worker }, MACHINE), { code: 'ERR_OSQWATCH_OPTIONS', problems })
})

t.test("osquery's disable_watchdog: everything runs, once, and nobody is judged", async t => {
  const settings = settingsOf({ flags: { disable_watchdog: 'true', restart: 'always' } })
  const { config } = resolveSettings(settings, { worker, extensions: { x: { command: 'x' } } }, MACHINE)
  t.equal(config.judgeHost, false)
  for (const { policy } of config.children) t.match(policy, { judged: false, restart: 'never' })
})
