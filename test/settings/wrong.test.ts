/** What is wrong is told at once, whatever it stands in, by the name that somebody wrote. */
import { chmodSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { shown } from '../../lib/settings/files.js'
import { readSettings } from '../../lib/settings/index.js'
import { OsqwatchError } from '../../lib/wire/errors.js'
import { problemsOf, wrong } from './setup.js'

t.test('every source at once, in one error', async t => {
  const from = realpathSync(t.testdir({ 'osquery.flags': '--watchdog_delay=soon\n--watchdog_mem_limit=5\n' }))
  const file = join(from, 'package.json')
  writeFileSync(
    file,
    JSON.stringify({ osqwatch: { limits: { memory: 'much' }, colour: 1, level: 'high', worker: {} } }),
  )
  const flagfile = join(from, 'osquery.flags')
  const env = { OSQWATCH_MEMROY: '3', OSQWATCH_FLAGFILE: flagfile, OSQWATCH_TREE: 'oak', OSQWATCH_MEMORY: '300' }
  const flags = { restart: 'sometimes', watchdog_level: '4' }
  const told = wrong({ from, env, flags }).sort()
  t.strictSame(
    told,
    [
      '--restart: "sometimes"',
      `--watchdog_delay (flagfile ${flagfile}): "soon"`,
      '--watchdog_level: "4"',
      `--watchdog_mem_limit (flagfile ${flagfile}): "5"`,
      `${shown(file)} colour: 1`,
      `${shown(file)} level: "high"`,
      `${shown(file)} limits.memory: "much"`,
      `${shown(file)} worker: an object`,
      'OSQWATCH_MEMORY: "300"',
      'OSQWATCH_MEMROY: "3"',
      'OSQWATCH_TREE: "oak"',
    ].sort(),
  )
  const takes = (option: string) => problemsOf({ from, env, flags }).find(problem => problem.option === option)?.takes
  t.match(takes('OSQWATCH_MEMROY'), /no such name \(did you mean OSQWATCH_MEMORY\?\)/)
  t.equal(takes('OSQWATCH_MEMORY'), "a size such as '300MB' or 'off'; at least 4 KB", 'text is never taken for bytes')
  t.equal(takes('--watchdog_level'), '-1, 0 or 1')
  t.match(takes(`--watchdog_mem_limit (flagfile ${flagfile})`), /did you mean watchdog_memory_limit/)
  t.throws(() => readSettings({ from, env, flags }), {
    code: 'ERR_OSQWATCH_OPTIONS',
    message: /^11 options are wrong:/,
  })
})

t.test('wrong extensions are reported together with other wrong settings', async t => {
  const from = realpathSync(t.testdir({}))
  const file = join(from, 'osqwatch.config.json')
  writeFileSync(file, JSON.stringify({ overhead: 'much', extensions: { search: { comand: 'x' } } }))
  t.strictSame(wrong({ from }).sort(), [
    `${shown(file)} extensions.search.comand: "x"`,
    `${shown(file)} extensions.search: neither`,
    `${shown(file)} overhead: "much"`,
  ])
})

t.test('what a file says of incidents', async t => {
  const from = realpathSync(t.testdir({}))
  const file = join(from, 'osqwatch.config.json')
  const wrongs = (incidents: unknown) => {
    writeFileSync(file, JSON.stringify({ incidents }))
    return wrong({ from })
  }
  t.strictSame(wrongs({ budget: 'long', maxFile: 3, witness: 'no' }).sort(), [
    `${shown(file)} incidents.budget: "long"`,
    `${shown(file)} incidents.maxFile: 3`,
    `${shown(file)} incidents.witness: "no"`,
  ])
  t.strictSame(wrongs(7), [`${shown(file)} incidents: 7`])
  t.equal(problemsOf({ from })[0]?.takes, 'the path of a folder, or false, or an object')
  t.strictSame(wrongs({ dir: 5 }), [`${shown(file)} incidents.dir: 5`])
})

t.test('contradictions within one source; between sources the stronger wins', async t => {
  const cases: [Record<string, string>, string[]][] = [
    [{ memory: '300MB', watchdog_memory_limit: '300' }, ['--watchdog_memory_limit: "314572800"']],
    [{ level: 'app', watchdog_level: '0' }, ['--watchdog_level: "normal"']],
    [{ level: 'normal', watchdog_level: '0' }, []],
    [{ watchExtensions: 'true', enable_extensions_watchdog: 'false' }, ['--enable_extensions_watchdog: false']],
    [{ log: 'json', enable_watchdog_debug: 'true' }, ['--enable_watchdog_debug: "debug"']],
    [{ log: 'json', enable_watchdog_debug: 'false' }, []],
    [{ heartbeatLimit: '1s', heartbeatInterval: '2s' }, ['--heartbeat-limit: 1 s']],
  ]
  for (const [flags, told] of cases) {
    const given = wrong({ flags }).map(line => line.replace(/: 314572800$/, ': "314572800"'))
    t.strictSame(given, told, JSON.stringify(flags))
  }
  t.match(problemsOf({ env: { OSQWATCH_DELAY: '1s', OSQWATCH_WATCHDOG_DELAY: '1' } }), [
    { option: 'OSQWATCH_WATCHDOG_DELAY', takes: 'what OSQWATCH_DELAY says, or only one of them: both set delay' },
  ])
  t.strictSame(wrong({ env: { OSQWATCH_DELAY: '1s' }, flags: { watchdog_delay: '2' } }), [])
})

t.test('a file that is no JSON is told with its line and column', async t => {
  const cases: [text: string, line: number, column: number][] = [
    ['{ "limits": \n  { memory: 1 } }', 2, 5],
    ['{ "limits": {},\n}', 2, 1],
    ['{\n  "level": nope\n}', 2, 13],
    ['{ "level": "app"', 1, 17],
    ['', 1, 1],
    ['{}\n\n{}', 3, 1],
  ]
  for (const [text, line, column] of cases) {
    const from = realpathSync(t.testdir({ 'osqwatch.config.json': text }))
    const file = join(from, 'osqwatch.config.json')
    t.match(problemsOf({ from }), [{ option: `${shown(file)}, line ${line}, column ${column}`, takes: 'JSON' }], text)
  }
  const from = realpathSync(t.testdir({ 'osqwatch.config.json': '\uFEFF{}', 'package.json': '{ "osqwatch": [] }' }))
  t.strictSame(wrong({ from }), [`${shown(join(from, 'package.json'))} osqwatch: an array`])
})

t.test('a file that cannot be read is told', { skip: process.getuid?.() === 0 && 'root reads everything' }, async t => {
  const from = realpathSync(t.testdir({ 'osqwatch.config.json': '{}' }))
  chmodSync(join(from, 'osqwatch.config.json'), 0)
  t.match(wrong({ from }), [/osqwatch\.config\.json: "EACCES/])
})

t.test('whatever is in the environment and on the command line: settings, or one OsqwatchError', async () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('1', '0', 'off', '10s', '300MB', 'app', 'true', '5%'))
  const variable = fc.constantFrom(
    'OSQWATCH_MEMORY',
    'OSQWATCH_LEVEL',
    'OSQWATCH_WATCHDOG_LEVEL',
    'OSQWATCH_ADOPT',
    'OSQWATCH_X',
  )
  const flag = fc.constantFrom(
    'memory',
    'watchdog_memory_limit',
    'delay',
    'watchdog_delay',
    'tree',
    'level',
    'alarm_timeout',
  )
  fc.assert(
    fc.property(fc.dictionary(variable, value), fc.dictionary(flag, value), (env, flags) => {
      try {
        readSettings({ env, flags, from: '/' })
      } catch (error) {
        return error instanceof OsqwatchError
      }
    }),
    { numRuns: 500 },
  )
})
