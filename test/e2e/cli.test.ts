/** The command line: what it takes, what it refuses, what it tells of the limits. */
import { execFile } from 'node:child_process'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LIMIT_NAMES } from '../../lib/core/limits.js'
import { FLAG_NAMES, kebab, SETTING_NAMES } from '../../lib/settings/table.js'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import { root } from '../fixtures/paths.js'

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const folder = realpathSync(t.testdir({ 'package.json': '{}' }))

function osqwatch(args: readonly string[], env: Record<string, string> = {}, cwd = folder): Promise<Result> {
  return new Promise(resolve => {
    const options = { cwd, env: { ...CLEAN_ENV, HOME: cwd, XDG_STATE_HOME: '', ...env } }
    execFile(process.execPath, [join(root, 'dist/lib/cli.js'), ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

/** The rows of `osqwatch limits`, by their names. */
async function limits(args: readonly string[], env: Record<string, string> = {}, cwd = folder) {
  const { code, stdout, stderr } = await osqwatch(['limits', ...args], env, cwd)
  t.equal(code, 0, stderr)
  return new Map(stdout.split('\n').map(line => [line.split(' ')[0] ?? '', line.trim().split(/ {2,}/).slice(1)]))
}

t.test('version and help', async t => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.strictSame(await osqwatch(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' })
  const { code, stdout } = await osqwatch(['--help'])
  t.equal(code, 0)
  for (const command of ['run', 'limits', 'incidents', 'incident', 'replay'])
    t.match(stdout, new RegExp(`^  ${command} `, 'm'))
})

t.test('the help of run has every limit, every setting and every flag', async t => {
  const { code, stdout } = await osqwatch(['run', '--help'])
  t.equal(code, 0)
  const names = [...LIMIT_NAMES.map(kebab), ...SETTING_NAMES.map(kebab), ...FLAG_NAMES]
  for (const name of names) t.match(stdout, new RegExp(`^  --${name} `, 'm'), name)
  for (const group of ['What runs', 'Settings', 'Limits', "osquery's flags"])
    t.match(stdout, new RegExp(`^${group}`, 'm'))
})

t.test('usage errors end with 2, and all that is wrong is told at once', async t => {
  const args = ['run', '--memory', '300', '--watchdog_delay=soon', '--ext', 'x', '--ext', 'y=a | b', '--restart', 'no']
  const { code, stdout, stderr } = await osqwatch(args, { OSQWATCH_MEMROY: '1MB' })
  t.strictSame([code, stdout], [2, ''])
  t.match(stderr, /^osqwatch: 7 options are wrong:\n/)
  for (const line of [
    'command: got nothing, takes a program and its arguments, after --',
    `--memory: got "300", takes a size such as '300MB' or 'off'; at least 4 KB`,
    '--watchdog_delay: got "soon", takes a number of s, 0 or more',
    `--ext: got "x", takes name=command, such as search='./search --stdio'`,
    '--ext: got "y=a | b", takes a program and its arguments, without the operator |',
    `--restart: got "no", takes 'always', 'on-failure' or 'never'`,
    'OSQWATCH_MEMROY: got "1MB", takes nothing: no such name (did you mean OSQWATCH_MEMORY?)',
  ])
    t.ok(stderr.includes(`\n  ${line}`), line)
  const wrong: [string[], RegExp][] = [
    [['run', '--memry', '3MB', '--', 'x'], /unknown option '--memry'\n\(Did you mean --memory\?\)/],
    [['run', '--memory'], /argument missing/],
    [['run', '--json', '--live', '--', 'x'], /cannot be used with/],
    [['run', '--json', '--log', 'text', '--', 'x'], /--log: got "text", takes nothing else beside --json/],
    [['rn'], /unknown command 'rn'/],
    [['replay'], /missing required argument/],
    [[], /Usage: osqwatch/],
  ]
  for (const [args, tells] of wrong) {
    const { code, stderr } = await osqwatch(args)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, tells)
  }
})

t.test('limits: each with its value, and where it was set', async t => {
  const from = realpathSync(t.testdir({ 'x.flags': '--watchdog_latency_limit=20\n--verbose\n' }))
  writeFileSync(join(from, 'package.json'), JSON.stringify({ osqwatch: { limits: { memory: '300MB' }, level: 'app' } }))
  const rows = await limits(['--flagfile=x.flags', '--warn-delay', '2s'], { OSQWATCH_DELAY: '0' }, from)
  t.strictSame(Object.fromEntries(rows), {
    ...Object.fromEntries(rows),
    level: ['app', 'package.json level'],
    restart: ['on-failure', 'level app'],
    memory: ['300 MB', 'package.json limits.memory'],
    memoryHard: ['600 MB grown', 'twice package.json limits.memory'],
    latency: ['20 s', '--watchdog_latency_limit (flagfile x.flags)'],
    delay: ['0 ms', 'OSQWATCH_DELAY'],
    warnDelay: ['2 s', '--warn-delay'],
    respawnMinUptime: ['any', 'level app'],
  })
  const { stderr } = await osqwatch(['limits', '--flagfile=x.flags'], {}, from)
  t.equal(stderr, 'osqwatch: 1 osquery flag of x.flags is not about the watcher and was passed over\n')
})

t.test('limits as JSON, extensions and all', async t => {
  const { code, stdout } = await osqwatch(['limits', '--json', '--watchdog_delay=5', '--ext', 'x=true a', '--', 'app'])
  t.equal(code, 0)
  const told = JSON.parse(stdout)
  t.match(told, [
    {
      name: 'worker',
      level: 'normal',
      restart: 'always',
      limits: { delay: { value: 5000, from: '--watchdog_delay' } },
    },
    { name: 'x', kind: 'extension' },
  ])
  t.equal(told[0].limits.memoryTotal.value, null)
  const { stdout: table } = await osqwatch(['limits', '--watchdog_delay=5', '--ext', 'x=true'])
  t.match(table, /\nextension x\n.*not judged/)
})

t.test('booleans as gflags has them, and nothing of the program is taken for an option', async t => {
  const watched = async (...args: string[]) => (await limits(args)).get('watched')
  t.strictSame(await watched('--disable_watchdog'), ['no', '--disable_watchdog'])
  t.strictSame(await watched('--disable_watchdog', 'app', '--disable_watchdog=false'), ['no', '--disable_watchdog'])
  t.equal(await watched('--disable_watchdog', '--nodisable_watchdog'), undefined)
  t.equal(await watched('--disable_watchdog=no'), undefined)
  t.equal(await watched('--memory', '3MB', 'app', '--disable_watchdog', '--memry'), undefined)
  t.equal(await watched('--no-tree', '--', '--disable_watchdog'), undefined)
  const enforced = async (...args: string[]) => (await limits(args)).get('enforce')
  t.strictSame(await enforced('--no-enforce', 'app'), ['no', '--enforce'])
  t.strictSame(await enforced('--enforce=false', '--enforce'), ['yes', '--enforce'])
  t.strictSame(await enforced(), ['yes', 'default'])
})
