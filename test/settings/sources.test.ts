/** Every source, and which of them wins. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { LIMIT_NAMES, LIMITS } from '../../lib/core/limits.js'
import { ANY_MACHINE } from '../../lib/settings/adopt.js'
import { shown } from '../../lib/settings/files.js'
import { resolveSettings } from '../../lib/settings/index.js'
import { kebab, screaming } from '../../lib/settings/table.js'
import { MB, policyOf, problemsOf, settingsOf, wrong } from './setup.js'

const write = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value))

t.test('nothing is set: level app, and nothing to be told', async t => {
  const settings = settingsOf({})
  t.match(settings, { level: 'app', restart: null, log: 'text', adopt: null, disabled: false, notes: [], from: {} })
  t.match(policyOf({}), { level: 'app', restart: 'on-failure', sources: { heartbeatLimit: 'level app' } })
})

t.test('each source is stronger than the one before, and each limit says where it was set', async t => {
  const root = realpathSync(t.testdir({ sub: {}, 'osquery.flags': '--watchdog_memory_limit=203\n' }))
  const from = join(root, 'sub')
  const flagfile = join(root, 'osquery.flags')
  const told = (given: Parameters<typeof policyOf>[0]) => {
    const { memory, sources } = policyOf({ from, ...given })
    return [memory / MB, sources.memory]
  }
  write(join(root, 'package.json'), { name: 'app', osqwatch: { limits: { memory: '201MB' } } })
  t.strictSame(told({}), [201, `${shown(join(root, 'package.json'))} limits.memory`])
  write(join(root, 'osqwatch.config.json'), { limits: { memory: '202MB' } })
  t.strictSame(told({}), [202, `${shown(join(root, 'osqwatch.config.json'))} limits.memory`])
  const env: Record<string, string> = { OSQWATCH_FLAGFILE: flagfile }
  t.strictSame(told({ env }), [203, `--watchdog_memory_limit (flagfile ${flagfile})`])
  env.OSQWATCH_MEMORY = '204MB'
  t.strictSame(told({ env }), [204, 'OSQWATCH_MEMORY'])
  t.strictSame(told({ env, flags: { memory: '205MB' } }), [205, '--memory'])
  t.strictSame(told({ env, flags: { watchdog_memory_limit: '206' } }), [206, '--watchdog_memory_limit'])
})

t.test('files are looked for upwards, and the nearest of a name is the one', async t => {
  const root = realpathSync(t.testdir({ app: { deep: { deeper: {} } } }))
  write(join(root, 'package.json'), { osqwatch: { limits: { memory: '1MB' }, restart: 'never' } })
  write(join(root, 'osqwatch.config.json'), { limits: { delay: '1s' } })
  const from = join(root, 'app', 'deep', 'deeper')
  t.match(policyOf({ from }), { memory: MB, delay: 1_000, restart: 'never' })
  write(join(root, 'app', 'package.json'), { name: 'without a word on osqwatch' })
  t.match(policyOf({ from }), { memory: Infinity, delay: 1_000, restart: 'on-failure' })
  mkdirSync(join(from, 'package.json'))
  t.match(policyOf({ from }), { memory: Infinity }, 'a directory is no file')
})

t.test('a file that is named is instead of the nearest; the command line names it first', async t => {
  const from = realpathSync(t.testdir({}))
  const [a, b] = [join(from, 'a.json'), join(from, 'b.json')]
  write(join(from, 'osqwatch.config.json'), { limits: { memory: '1MB' } })
  write(a, { limits: { memory: '2MB' } })
  write(b, { limits: { memory: '3MB' } })
  t.equal(policyOf({ from, env: { OSQWATCH_CONFIG: a } }).memory, 2 * MB)
  t.equal(policyOf({ from, env: { OSQWATCH_CONFIG: a }, flags: { config: b } }).memory, 3 * MB)
  t.equal(policyOf({ from, env: { OSQWATCH_CONFIG: '' } }).memory, MB, 'an empty variable is none')
  t.match(wrong({ env: { OSQWATCH_CONFIG: join(from, 'c.json') } }), [/^OSQWATCH_CONFIG: "ENOENT.*c\.json/])
})

t.test('every limit has a name in the environment and on the command line', async t => {
  const samples = { bytes: '64MB', ms: '1234ms', percent: '7%', count: '3' }
  for (const name of LIMIT_NAMES.filter(name => name !== 'heartbeatInterval')) {
    const text = name === 'heartbeatLimit' ? '11s' : samples[LIMITS[name].unit]
    const variable = `OSQWATCH_${screaming(name)}`
    const policy = policyOf({ env: { [variable]: text } })
    t.equal(policy.sources[name], variable)
    const flagged = policyOf({ flags: { [name]: text } })
    t.equal(flagged.sources[name], `--${kebab(name)}`)
    t.equal(flagged[name], policy[name])
    t.not(policy[name], LIMITS[name].levels.app, `${name} is set`)
  }
  t.match(policyOf({ env: { OSQWATCH_DELAY: '0', OSQWATCH_MEMORY: 'off', OSQWATCH_RESPAWN_LIMIT: '7' } }), {
    delay: 0,
    memory: Infinity,
    respawnLimit: 7,
  })
})

t.test('settings that are no limits, from text', async t => {
  const env = {
    OSQWATCH_LEVEL: 'normal',
    OSQWATCH_RESTART: 'never',
    OSQWATCH_LOG: 'json',
    OSQWATCH_TREE: 'No',
    OSQWATCH_WARN_SIGNAL: 'SIGUSR1',
    OSQWATCH_OVERHEAD: '0.5%',
    OSQWATCH_ENFORCE: 'no',
    OSQWATCH_RESPAWNS_PER_MINUTE: '30',
    OSQWATCH_KILLS_PER_MINUTE: 'off',
    OSQWATCH_LEDGER: 'no',
    OSQWATCH_INCIDENTS: '/var/lib/incidents',
    OSQWATCH_SAMPLER: 'pidusage',
    OSQWATCH_WATCH_EXTENSIONS: 'f',
    OSQWATCH_ALLOW_UNSAFE: '1',
    OSQWATCH_EXTENSIONS_AUTOLOAD: '/etc/osquery/extensions.load',
  }
  const settings = settingsOf({ env })
  t.match(settings, { level: 'normal', restart: 'never', log: 'json', tree: false, warnSignal: 'SIGUSR1' })
  t.strictSame(settings.options, {
    enforce: false,
    respawnsPerMinute: 30,
    killsPerMinute: 'off',
    ledger: false,
    incidents: { dir: '/var/lib/incidents' },
    extensions: {},
    extensionsAutoload: '/etc/osquery/extensions.load',
    allowUnsafe: true,
    watchExtensions: false,
    overhead: '0.5%',
    sampler: 'pidusage',
  })
  t.equal(settings.from.level, 'OSQWATCH_LEVEL')
  t.equal(settingsOf({ env: { OSQWATCH_LEDGER: '/run/mine' } }).options.ledger, '/run/mine')
  t.strictSame(wrong({ env: { OSQWATCH_LEDGER: '1' } }), ['OSQWATCH_LEDGER: "1"'])
})

t.test('of incidents each source may say a part', async t => {
  const root = realpathSync(t.testdir({ app: {} }))
  const from = join(root, 'app')
  const incidentsOf = (given: Parameters<typeof settingsOf>[0]) => settingsOf({ from, ...given }).options.incidents
  t.equal(incidentsOf({}), undefined)
  write(join(root, 'package.json'), { osqwatch: { incidents: { maxFiles: 20, budget: '2s', dir: 'deaths' } } })
  t.strictSame(
    incidentsOf({}),
    { maxFiles: 20, budget: '2s', dir: join(root, 'deaths') },
    'beside the file that says it',
  )
  write(join(from, 'osqwatch.config.json'), { incidents: { maxFiles: 30, witness: false } })
  const both = { maxFiles: 30, budget: '2s', witness: false }
  t.strictSame(incidentsOf({}), { ...both, dir: join(root, 'deaths') })
  t.strictSame(incidentsOf({ env: { OSQWATCH_INCIDENTS: '/var/deaths' } }), { ...both, dir: '/var/deaths' })
  t.equal(incidentsOf({ env: { OSQWATCH_INCIDENTS: 'false' } }), false)
  t.strictSame(incidentsOf({ env: { OSQWATCH_INCIDENTS: 'false' }, flags: { incidents: '/d' } }), { dir: '/d' })
  const url = pathToFileURL(join(root, 'a b')).href
  for (const incidents of [url, { dir: url }, '../a b']) {
    write(join(from, 'osqwatch.config.json'), { incidents })
    t.match(incidentsOf({}), { dir: join(root, 'a b') })
  }
  write(join(from, 'osqwatch.config.json'), { incidents: { maxFiles: 30, witness: false } })
  t.match(resolveSettings(settingsOf({ from }), { worker: { command: 'true' } }, ANY_MACHINE).config.incidents, {
    ...{ dir: join(root, 'deaths'), maxFiles: 30, budget: 2_000, cooldown: 60_000 },
  })
})

t.test('what osqwatch tells its children is no setting, and what is not ours is not looked at', async t => {
  const env = {
    OSQWATCH_HOST: '1 2',
    OSQWATCH_CHANNEL: '3',
    OSQWATCH_SOCKET: '/s',
    OSQWATCH_LAST_INCIDENT: '/i',
    OSQWATCHER: 'x',
    PATH: '/bin',
  }
  t.strictSame(wrong({ env }), [])
})

t.test('what JSON says of extensions holds in the folder of its file', async t => {
  const from = realpathSync(t.testdir({ sub: {} }))
  write(join(from, 'osqwatch.config.json'), {
    extensionsAutoload: 'extensions.load',
    extensions: { search: { command: './search' }, 'map per': { command: 'map', cwd: 'sub' } },
  })
  const { options, extensionsAt } = settingsOf({ from })
  t.equal(options.extensionsAutoload, join(from, 'extensions.load'))
  t.match(options.extensions, { search: { cwd: from }, 'map per': { cwd: join(from, 'sub') } })
  const file = shown(join(from, 'osqwatch.config.json'))
  t.strictSame(extensionsAt, { search: `${file} extensions.search`, 'map per': `${file} extensions["map per"]` })
  const { options: none } = settingsOf({ from, env: { OSQWATCH_DISABLE_EXTENSIONS: 'true' } })
  t.strictSame([none.extensions, none.extensionsAutoload], [{}, undefined])
})

t.test('adopting: by the patterns of a file, or asked for by the environment', async t => {
  const from = realpathSync(t.testdir({}))
  const adopt = { 'npx *': { memory: '500MB', heartbeatLimit: '500ms' }, 'git *': false }
  t.strictSame(settingsOf({ env: { OSQWATCH_ADOPT: '1' } }).adopt, {})
  write(join(from, 'package.json'), { osqwatch: { adopt } })
  t.strictSame(settingsOf({ from }).adopt, adopt)
  t.strictSame(settingsOf({ from, env: { OSQWATCH_ADOPT: '1' } }).adopt, adopt)
  t.equal(settingsOf({ from, env: { OSQWATCH_ADOPT: '0' } }).adopt, null)
  write(join(from, 'package.json'), { osqwatch: { adopt: { 'npx *': { memry: 1 }, x: 5 } } })
  const file = shown(join(from, 'package.json'))
  t.strictSame(wrong({ from }), [`${file} adopt["npx *"].memry: 1`, `${file} adopt.x: 5`])
  t.match(problemsOf({ env: { OSQWATCH_ADOPT: 'all' } }), [{ takes: '1 or 0' }])
})
