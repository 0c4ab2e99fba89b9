/** A flagfile is read as gflags reads it. */
import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { LIMIT_NAMES, LIMITS } from '../../lib/core/limits.js'
import { matchesGlob } from '../../lib/settings/glob.js'
import { MB, policyOf, problemsOf, settingsOf, wrong } from './setup.js'

const root = realpathSync(t.testdir({}))
const path = join(root, 'osquery.flags')

/** The settings' source that a flagfile of this text is. */
function file(text: string, name = path) {
  writeFileSync(name, text)
  return { flags: { flagfile: name } }
}

t.test('a file as osquery has it', async t => {
  const given = file(`# limits
    --watchdog_memory_limit=300
-watchdog_delay=5\r
\t--watchdog_utilization_limit=20  

--alarm_timeout=30
--watchdog_forced_shutdown_delay=0
--watchdog_latency_limit=0
--logger_plugin=filesystem
--nodisable_events
--config_path=/etc/osquery/osquery.conf
--host-identifier=uuid
`)
  const settings = settingsOf(given)
  t.match(policyOf(given), {
    level: 'normal',
    memory: 300 * MB,
    delay: 5_000,
    utilization: 20,
    latency: 12_000,
    stopTimeout: 26_000,
    forcedShutdownDelay: 0,
    sources: { memory: `--watchdog_memory_limit (flagfile ${path})`, latency: 'level normal' },
  })
  t.equal(settings.options.watchExtensions, false, "as in osquery's daemon")
  t.strictSame(settings.notes, [`4 osquery flags of ${path} are not about the watcher and were passed over`])
  t.match(settingsOf(file('--verbose\n')).notes, [
    /^1 osquery flag of .* is not about the watcher and was passed over$/,
  ])
})

t.test('booleans in each of their forms, and the last one wins', async t => {
  const extensions = (text: string) => settingsOf(file(text)).options.watchExtensions
  const flag = 'enable_extensions_watchdog'
  for (const word of ['true', 'T', 'yes', 'Y', '1']) t.equal(extensions(`--${flag}=${word}`), true, word)
  for (const word of ['false', 'F', 'no', 'N', '0']) t.equal(extensions(`--${flag}=${word}`), false, word)
  t.equal(extensions(`--${flag}`), true)
  t.equal(extensions(`-${flag}\n--no${flag}`), false)
  t.equal(extensions(`--no${flag}\n--enable-extensions-watchdog`), true, 'dashes are as good')
  t.match(wrong(file(`--${flag}=maybe`)), [/enable_extensions_watchdog .*: "maybe"/])
  t.match(settingsOf(file('--disable_watchdog\n--enable_watchdog_debug\n--watchdog_level=-1')), {
    disabled: true,
    log: 'debug',
    level: 'off',
  })
  t.equal(policyOf(file('--watchdog_delay=5\n--watchdog_delay=6')).delay, 6_000)
  t.match(settingsOf(file('--extensions_autoload=/x.load\n--allow_unsafe')).options, {
    extensionsAutoload: '/x.load',
    allowUnsafe: true,
  })
})

t.test('no path to a load file takes back a weaker one', async t => {
  const from = realpathSync(t.testdir({ 'osqwatch.config.json': '{ "extensionsAutoload": "x.load" }' }))
  t.equal(settingsOf({ from }).options.extensionsAutoload, join(from, 'x.load'))
  t.equal(settingsOf({ from, ...file('--extensions_autoload=') }).options.extensionsAutoload, undefined)
})

t.test('lines that name programs gate what follows', async t => {
  const delay = (text: string) => policyOf(file(text)).delay / 1000
  t.equal(delay('osqueryi\n--watchdog_delay=1'), 60)
  t.equal(delay('osqueryd\n--watchdog_delay=1'), 1)
  t.equal(delay('osqueryi osqw*\n--watchdog_delay=1'), 1)
  t.equal(delay('osqueryd\nosqueryi\n--watchdog_delay=1'), 1, 'lines that follow each other are one list')
  t.equal(delay('osqueryd\n--watchdog_delay=1\nosqueryi\n--watchdog_delay=2'), 1)
  t.equal(delay('--watchdog_delay=3\nosquery[!d]\n--watchdog_delay=2'), 3, 'what stands before is for all')
  t.strictSame(wrong(file('osqueryi\n--watchdog_delay=x\n--watchdog_unknown=1')), [], 'for others is not read')
})

t.test('files within files, relative to the working directory, and never in a ring', async t => {
  const [a, b] = [join(root, 'a.flags'), join(root, 'b.flags')]
  writeFileSync(b, '--watchdog_delay=2\n--other\n')
  t.equal(policyOf(file(`--watchdog_delay=1\n--flagfile=${b}\n`, a)).delay, 2_000, 'where it stands')
  t.equal(policyOf(file(`--flagfile=${b}\n--watchdog_delay=1\n`, a)).delay, 1_000)
  t.match(settingsOf(file(`--flagfile=${b}`, a)).notes, [/^1 osquery flag of .*a\.flags/], 'counted together')
  writeFileSync(b, `--flagfile=${a}\n`)
  t.match(problemsOf(file(`--flagfile=${b}`, a)), [
    {
      option: `--flagfile (flagfile ${b})`,
      takes: `a flagfile that does not lead back to itself: ${a} -> ${b} -> ${a}`,
    },
  ])
  t.match(problemsOf({ env: { OSQWATCH_FLAGFILE: 'no-such.flags' } }), [
    { option: 'OSQWATCH_FLAGFILE', got: '"no-such.flags"', takes: /a flagfile that can be read: ENOENT/ },
  ])
  writeFileSync(b, '--watchdog_delay=4')
  writeFileSync(a, '--watchdog_max_delay=5')
  t.match(policyOf({ flags: { flagfile: `${a},${b}` } }), { delay: 4_000, respawnMaxDelay: 5_000 }, 'several')
})

t.test('a flag of the watcher that is not one, or has no value', async t => {
  const takes = (text: string) => problemsOf(file(text))[0]?.takes
  t.match(takes('--watchdog_memory_limits=3'), /did you mean watchdog_memory_limit\?/)
  t.equal(takes('--watchdog_memory_limit 300'), '--watchdog_memory_limit=300: in a flagfile a value stands after =')
  t.equal(takes('--watchdog_memory_limit'), 'a number of MB, 0 or more')
  t.equal(takes('--watchdog_memory_limit=300MB'), 'a number of MB, 0 or more')
  t.equal(takes('--watchdog_delay=-1'), 'a number of s, 0 or more')
})

t.test('a flag of 0 that means "the level\'s" takes back what weaker sources say', async t => {
  const from = join(root)
  writeFileSync(join(root, 'osqwatch.config.json'), JSON.stringify({ limits: { memory: '300MB', delay: '1s' } }))
  const { flags } = file('--watchdog_memory_limit=0\n--watchdog_delay=0\n')
  t.match(policyOf({ from, flags }), { memory: 200 * MB, delay: 0, sources: { memory: 'level normal' } })
  t.equal(policyOf({ from, flags: { ...flags, memory: '5MB' } }).memory, 5 * MB, 'and not what stronger ones say')
})

t.test('which flags make it osquery', async t => {
  const level = (flags: Record<string, string>) => settingsOf({ flags }).level
  t.equal(level({ watchdog_delay: '1' }), 'normal')
  t.equal(level({ watchdog_level: '1' }), 'restrictive')
  t.equal(level({ watchdog_delay: '1', level: 'app' }), 'app', 'a level that is named is the level')
  t.equal(level({ alarm_timeout: '20' }), 'app')
  t.equal(level({ memory: '300MB' }), 'app')
  t.equal(settingsOf(file('')).level, 'normal', 'a flagfile, whatever is in it')
  t.equal(settingsOf({ env: { OSQWATCH_WATCHDOG_MEMORY_LIMIT: '300' } }).level, 'normal')
  t.equal(settingsOf({ env: { OSQWATCH_LEVEL: 'app' }, flags: { watchdog_delay: '1' } }).level, 'app')
})

t.test('what is written as flags is read as it was', async t => {
  const flagged = LIMIT_NAMES.flatMap(name => LIMITS[name].flag?.name ?? [])
  const values = fc.dictionary(fc.constantFrom(...flagged), fc.integer({ min: 5, max: 90 }))
  const noise = fc.constantFrom('', '# --watchdog_delay=99', '--verbose', '--nologger', '  ')
  await fc.assert(
    fc.asyncProperty(values, noise, fc.constantFrom('-', '--', '  --'), async (flags, between, dashes) => {
      const lines = Object.entries(flags).map(([name, value]) => `${dashes}${name}=${value}`)
      const env = Object.fromEntries(
        Object.entries(flags).map(([name, value]) => [`OSQWATCH_${name.toUpperCase()}`, String(value)]),
      )
      const read = policyOf(file(lines.join(`\n${between}\n`)))
      const named = policyOf({ env: { ...env, OSQWATCH_LEVEL: 'normal' } })
      for (const name of LIMIT_NAMES) t.equal(read[name], named[name])
    }),
    { numRuns: 60 },
  )
})

t.test('patterns of program names', async t => {
  const yes = [
    ['osq*', 'osqueryd'],
    ['?squeryd', 'osqueryd'],
    ['osquery[a-f]', 'osqueryd'],
    ['[!a]b', 'cb'],
    ['a.b', 'a.b'],
  ]
  const no = [
    ['osq', 'osqueryd'],
    ['*', 'a/b'],
    ['a.b', 'axb'],
    ['[z-a]', 'b'],
    ['a[', 'a'],
    ['[!a]b', 'ab'],
    ['', 'a'],
  ]
  for (const [pattern = '', name = ''] of yes) t.ok(matchesGlob(pattern, name), `${pattern} ${name}`)
  for (const [pattern = '', name = ''] of no) t.notOk(matchesGlob(pattern, name), `${pattern} ${name}`)
})
