/** Wrong options are told by name, with what each got and takes, all of them at once; and nothing was started. */
import { readdirSync, readFileSync } from 'node:fs'
import { createWatcher, OsqwatchError, type Problem, type WatcherOptions } from 'osqwatch'
import t from 'tap'

let threads = 0
process.on('worker', () => threads++)

/** Of all threads of this process. */
function children(): string[] {
  const tasks = readdirSync('/proc/self/task')
  return tasks.flatMap(task => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ')).filter(Boolean)
}

const here = new URL(import.meta.url)
const sleep = { command: 'sleep', args: ['1000'] }

type Case = readonly [given: unknown, option: string, got: string | RegExp, takes: RegExp]

/** Each alone in a child's options. */
const CHILD: readonly Case[] = [
  [{}, '', 'neither', /exactly one of module and command/],
  [{ module: here, command: 'sleep' }, '', 'module and command', /exactly one/],
  [null, '', 'null', /a plain object/],
  [{ ...sleep, comand: 'x' }, '.comand', '"x"', /did you mean command\?/],
  [{ command: '' }, '.command', '""', /name or the path of a program/],
  [{ command: 'a\0b' }, '.command', /a/, /name or the path of a program/],
  [{ module: './no/such.js' }, '.module', '"./no/such.js"', /a file that is there/],
  [{ module: new URL('https://example.org/a.js') }, '.module', 'https://example.org/a.js', /a path or a file: URL/],
  [{ ...sleep, execArgv: [] }, '.execArgv', 'an array', /nothing beside command/],
  [{ module: here, execArgv: '--inspect' }, '.execArgv', '"--inspect"', /an array of strings/],
  [{ ...sleep, args: [1] }, '.args', 'an array', /an array of strings/],
  [{ ...sleep, env: { A: 1 } }, '.env.A', '1', /a string, or undefined/],
  [{ ...sleep, env: { 'A=B': 'x' } }, '.env["A=B"]', '"x"', /has no =/],
  [{ ...sleep, cwd: 7 }, '.cwd', '7', /a path or a file: URL/],
  [{ ...sleep, stdio: 'pipes' }, '.stdio', '"pipes"', /'inherit', 'ignore', 'pipe' or \{ stdin, stdout/],
  [{ ...sleep, stdio: { stdin: 'a' } }, '.stdio.stdin', '"a"', /'ignore', 'inherit' or 'pipe'/],
  [{ ...sleep, restart: 'sometimes' }, '.restart', '"sometimes"', /'always', 'on-failure' or 'never'/],
  [{ ...sleep, warnSignal: 'SIGHUP' }, '.warnSignal', '"SIGHUP"', /'SIGUSR1' or 'off'/],
  [{ ...sleep, limits: 7 }, '.limits', '7', /a plain object/],
  [{ ...sleep, limits: { memory: '300 apples' } }, '.limits.memory', '"300 apples"', /a size such as '300MB'/],
  [{ ...sleep, limits: { interval: 0 } }, '.limits.interval', '0', /at least 50 ms/],
  [{ ...sleep, limits: { utilisation: 5 } }, '.limits.utilisation', '5', /did you mean utilization\?/],
]

/** Each alone in the watcher's. */
const WATCHER: readonly Case[] = [
  [7, 'options', '7', /a plain object/],
  [{ levels: 'app' }, 'levels', '"app"', /did you mean level\?/],
  [{ level: 'strict' }, 'level', '"strict"', /'app', 'normal', 'restrictive' or 'off'/],
  [{ limits: { latency: 'soon' } }, 'limits.latency', '"soon"', /a duration such as '12s'/],
  [{ limits: { utilization: 0 } }, 'limits.utilization', '0', /more than 0/],
  [{ limits: { memoryTotal: '120%' } }, 'limits.memoryTotal', '"120%"', /a share such as '80%'/],
  [{ limits: { respawnLimit: 1.5 } }, 'limits.respawnLimit', '1.5', /a whole number/],
  [{ limits: { heartbeatLimit: 100 } }, 'limits.heartbeatLimit', /100 ms/, /at least heartbeatInterval/],
  [{ extensions: [] }, 'extensions', 'an array', /a plain object/],
  [{ extensions: { worker: sleep } }, 'extensions.worker', '"worker"', /another name/],
  [{ extensions: { 'a\nb': sleep } }, 'extensions["a\\nb"]', '"a\\nb"', /no control characters/],
  [{ extensionsAutoload: './no/such.load' }, 'extensionsAutoload', '"./no/such.load"', /a load file that can be read/],
  [{ allowUnsafe: 1 }, 'allowUnsafe', '1', /true or false/],
  [{ watchExtensions: 'no' }, 'watchExtensions', '"no"', /true or false/],
  [{ onShutdown: 'die' }, 'onShutdown', '"die"', /'emit' or 'exit'/],
  [{ signal: new EventTarget() }, 'signal', 'an object', /an AbortSignal/],
  [{ workerPath: 7 }, 'workerPath', '7', /a path or a file: URL/],
  [{ sampler: 'best' }, 'sampler', '"best"', /'auto' or 'pidusage'/],
]

/** The problems that it is refused for. Each has to be told in the message, too. */
async function problemsOf(act: () => Promise<unknown>): Promise<readonly Problem[]> {
  const error = await act().then(
    () => new Error('it was taken'),
    error => error,
  )
  if (!(error instanceof OsqwatchError) || error.code !== 'ERR_OSQWATCH_OPTIONS') throw error
  const untold = error.problems.filter(
    ({ option, got, takes }) => !error.message.includes(`${option}: got ${got}, takes ${takes}`),
  )
  if (untold.length > 0) throw error
  return error.problems
}

const create = (options: unknown) => problemsOf(() => createWatcher(options as WatcherOptions))

t.test('each wrong option of a watcher', async t => {
  for (const [given, option, got, takes] of WATCHER) t.match(await create(given), [{ option, got, takes }], option)
})

t.test('each wrong option of a child, be it the worker or an extension', async t => {
  for (const [given, option, got, takes] of CHILD) {
    t.match(await create({ worker: given }), [{ option: `worker${option}`, got, takes }])
    const extensions = { good: sleep, 'my search': given }
    t.match(await create({ extensions }), [{ option: `extensions["my search"]${option}`, got, takes }])
  }
})

t.test('several at once are all told', async t => {
  const problems = await create({
    level: 7,
    onShutdown: null,
    limits: { delay: -1 },
    worker: {},
    extensions: { a: {} },
  })
  const options = problems.map(({ option }) => option)
  t.strictSame(options.toSorted(), ['extensions.a', 'level', 'limits.delay', 'onShutdown', 'worker'])
})

t.test('nothing was started for any of them', async t => {
  t.equal(threads, 0)
  t.strictSame(children(), [])
})

t.test('add() checks in the same way, and the watcher goes on', async t => {
  await using watcher = await createWatcher()
  for (const [given, option, got, takes] of CHILD) {
    const problems = await problemsOf(() => watcher.add('late', given as never))
    t.match(problems, [{ option: `extensions.late${option}`, got, takes }])
  }
  for (const name of ['', 'worker', 'watcher', 'a\tb', 7]) {
    t.match(await problemsOf(() => watcher.add(name as string, sleep)), [{ option: 'name' }])
  }
  t.strictSame(
    (await watcher.status()).map(({ name }) => name),
    ['watcher'],
  )
  t.strictSame(children(), [])
  await watcher.add('late', sleep)
  await t.rejects(watcher.add('late', sleep), { code: 'ERR_OSQWATCH_DUPLICATE_CHILD' })
})
