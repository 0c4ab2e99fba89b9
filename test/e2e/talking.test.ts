/** Messages between the host and its children, as with `fork()`. */
import { type ModuleOptions, OsqwatchError } from 'osqwatch'
import t, { type Test } from 'tap'
import { app, fixture, QUICK, shell, type Watched, watch } from './helpers.js'

interface Heard {
  readonly message: unknown
  readonly child: string
  readonly pid: number
  readonly life: number
  /** Its `spawn` event had been told by then. */
  readonly wasBorn: boolean
}

const talker = (way: string, options: Partial<ModuleOptions> = {}): ModuleOptions =>
  app(way, { module: fixture('talking-app.cjs'), ...options })

async function talk(t: Test, extensions: Record<string, ReturnType<typeof shell> | ModuleOptions>) {
  const watched = await watch(t, { limits: QUICK, extensions })
  const heard: Heard[] = []
  watched.watcher.on('message', (message, source) => {
    heard.push({ message, ...source, wasBorn: watched.all('spawn', source).length === 1 })
  })
  return { watched, heard, send: (name: string, message: unknown) => watched.watcher.send(name, message) }
}

const count = (watched: Watched, heard: readonly Heard[], many: number) =>
  watched.until(`${many} messages`, () => heard.length >= many)

/** So large that it does not all fit between the two, and has to wait for its reader. */
const LARGE = 'x'.repeat(1024 * 1024)

t.test('both ways, in order, and never before the life has begun; a new life has a channel of its own', async t => {
  const { watched, heard, send } = await talk(t, { echo: talker('echo') })
  await count(watched, heard, 3)
  const { pid } = await watched.event('spawn', { child: 'echo', life: 1 })
  const sent: unknown[] = [...Array(200).keys(), LARGE, { a: [null, true, 'é\n'] }, null, '']
  await Promise.all(sent.map(message => send('echo', message)))
  await count(watched, heard, 3 + sent.length)
  const early = [{ early: 1 }, { early: 2 }, { early: 3 }]
  t.strictSame(
    heard.map(({ message }) => message),
    [...early, ...sent],
  )
  t.ok(heard.every(one => one.child === 'echo' && one.pid === pid && one.life === 1 && one.wasBorn))

  await watched.watcher.restart('echo')
  await send('echo', 'again')
  await count(watched, heard, 3 + sent.length + 4)
  const second = heard.filter(({ life }) => life === 2)
  t.strictSame(
    second.map(({ message }) => message),
    [...early, 'again'],
  )
  t.ok(second.every(({ pid, wasBorn }) => wasBorn && pid !== heard[0]?.pid))
  t.equal(watched.events.filter(({ type }) => (type as string) === 'message').length, 0, 'it is no `event`')
})

t.test('what cannot be sent is refused, and says why', async t => {
  const extensions = {
    echo: talker('echo', { restart: 'never' }),
    hangsUp: talker('hangsUp'),
    deaf: app(''),
    none: talker('mute', { ipc: false, restart: 'never' }),
    program: shell('exec sleep 1000'),
  }
  const { watched, send } = await talk(t, extensions)
  const refused = (name: string, message: unknown, why: RegExp) =>
    t.rejects(send(name, message), { code: 'ERR_OSQWATCH_SEND', message: why }, `${name}: ${why}`)
  await t.rejects(send('nobody', 1), { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' })
  await refused('none', 1, /'none' could not be sent: it has no IPC channel/)
  await refused('program', 1, /no IPC channel/)
  await refused('echo', undefined, /undefined has no form in JSON/)
  await refused('echo', 1n, /BigInt/)
  const { pid } = await watched.row('deaf')
  process.kill(pid as number, 'SIGSTOP')
  const failures: unknown[] = []
  for (let n = 0; n < 40; n++) void send('deaf', LARGE).catch(error => failures.push(error))
  await watched.until('no more is taken on for it', () => failures.length > 15)
  t.match(failures[0], { code: 'ERR_OSQWATCH_SEND', message: /it does not read: \d+ bytes wait/ })
  await watched.watcher.remove('deaf')
  await watched.until('nobody is left waiting', () => failures.length >= 39)
  t.match(failures.at(-1), { code: 'ERR_OSQWATCH_SEND', message: /it has ended/ })
  await t.rejects(send('deaf', 1), { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' }, 'it is not supervised any more')

  await send('hangsUp', 'go')
  await watched.until('its channel is closed', async () => {
    const error = await send('hangsUp', 'more').catch(error => error)
    return error instanceof OsqwatchError && error.code === 'ERR_OSQWATCH_SEND'
  })
  await send('echo', 'leave')
  await watched.event('exit', { child: 'echo' })
  await refused('echo', 'too late', /it has ended|it is not running/)
  void watched.watcher.stop()
  await watched.closed()
  await t.rejects(send('program', 1), { code: 'ERR_OSQWATCH_CLOSED' })
})

t.test("'advanced' keeps a Map, 'json' does not", async t => {
  const extensions = { advanced: talker('types', { ipc: 'advanced' }), json: talker('types') }
  const { watched, heard, send } = await talk(t, extensions)
  const map = new Map([['a', 1]])
  await send('advanced', { map })
  await send('json', { map })
  await count(watched, heard, 2)
  const from = (name: string) => heard.find(({ child }) => child === name)?.message
  t.strictSame(from('advanced'), { isMap: true, map: new Map([[1, 2]]) })
  t.strictSame(from('json'), { isMap: false, map: {} })
})

t.test('a channel keeps nobody alive, and without one there is none', async t => {
  const { watched } = await talk(t, {
    done: talker('done'),
    mute: talker('mute', { ipc: false, restart: 'never', stdio: 'pipe' }),
  })
  let said = ''
  watched.watcher.on('spawn', ({ child }, streams) => {
    if (child === 'mute') streams?.stdout?.on('data', text => (said += text))
  })
  t.match(await watched.event('exit', { child: 'done' }), { code: 0, cause: 'exited' })
  await watched.until('it said it', () => said === 'undefined true\n')
})

t.test('a handle does not travel: it is closed, and told once', async t => {
  const { watched, heard, send } = await talk(t, { handle: talker('handle', { restart: 'never' }) })
  await count(watched, heard, 3)
  t.strictSame(
    heard.map(({ message }) => message),
    ['with a handle', 'and another', 'and without'],
  )
  // Messages and events come by ways of their own: the one says nothing of the other's time.
  await watched.event('fault')
  await send('handle', 'leave')
  await watched.event('exit', { child: 'handle' })
  t.match(watched.all('fault'), [{ child: 'handle', message: /a handle that it sent was closed/ }])
  t.equal(watched.all('fault').length, 1)
})

t.test('what a listener throws reaches the host, and the next message its listener', async t => {
  const { watched, heard, send } = await talk(t, { echo: talker('echo') })
  await count(watched, heard, 3)
  const thrown: unknown[] = []
  watched.watcher.once('message', () => {
    throw new Error('mine')
  })
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', error => thrown.push(error))
  t.teardown(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  })
  await send('echo', 'one')
  await send('echo', 'two')
  await count(watched, heard, 5)
  t.match(thrown, [{ message: 'mine' }])
})
