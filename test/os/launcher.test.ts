import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLauncher } from '../../lib/os/launcher.js'
import type { Launched, SpawnFailure } from '../../lib/os/ports.js'
import type { FromChild } from '../../lib/wire/beats.js'
import type { ChildConfig, Stdio } from '../../lib/wire/commands.js'
import { CLEAN_ENV, CLIENT, endGroup, fixture, Story } from '../fixtures/client-setup.js'

const HOST_MARK = '123:456'
const launcher = createLauncher({ clientPath: CLIENT, hostMark: HOST_MARK, attach() {} })

type Event =
  | { readonly type: 'spawned'; readonly pid: number }
  | { readonly type: 'failed'; readonly failure: SpawnFailure }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'heard'; readonly message: FromChild }
  | { readonly type: 'fault'; readonly message: string }

interface Life {
  readonly launched: Launched
  readonly story: Story<Event>
  until<T extends Event['type']>(type: T): Promise<Event & { type: T }>
}

function launch(t: Test, config: Partial<ChildConfig>): Life {
  const story = new Story<Event>()
  const launched = launcher.launch(childConfig(config), 1, {
    spawned(pid) {
      t.teardown(() => endGroup(pid))
      story.tell({ type: 'spawned', pid })
    },
    failed: failure => story.tell({ type: 'failed', failure }),
    exited: (code, signal) => story.tell({ type: 'exited', code, signal }),
    heard: message => story.tell({ type: 'heard', message }),
    fault: message => story.tell({ type: 'fault', message }),
  })
  t.teardown(() => launched.close())
  t.strictSame(story.told, [], 'nothing comes inside launch itself')
  return { launched, story, until: type => story.until(type, event => event.type === type) as Promise<never> }
}

function childConfig(config: Partial<ChildConfig>): ChildConfig {
  return {
    ...{ name: 'child', kind: 'extension', args: [], env: CLEAN_ENV, cwd: process.cwd(), stdio: SILENT },
    ...{ run: command('true'), warnSignal: 'off', tree: true, policy: {} as ChildConfig['policy'] },
    ...{ ipc: null, client: 'none', group: 'own', keep: false, witness: false },
    ...config,
  }
}

const SILENT: Stdio = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }

const files = (stdout: string, stderr: string): Stdio => ({
  stdin: 'ignore',
  stdout: { file: stdout },
  stderr: { file: stderr },
})

function command(command: string): ChildConfig['run'] {
  return { type: 'command', command }
}

function shell(script: string): Partial<ChildConfig> {
  return { run: command('sh'), args: ['-c', script] }
}

function app(name: string, args: string[] = [], execArgv: string[] = []): Partial<ChildConfig> {
  return { run: { type: 'module', module: fixture(name), execArgv }, args }
}

const typesOf = ({ story }: Life) => story.told.map(({ type }) => type)

t.test('a module child says hello and beats, and ends with its own manners when the channel does', async t => {
  const life = launch(t, app('client-stay.cjs', ['polite']))
  const { pid } = await life.until('spawned')
  t.match((await life.until('heard')).message, { type: 'hello', pid, usr1: false })
  t.equal(life.launched.send({ type: 'ping', seq: 1 }), true)
  const beat = await life.story.until('beat', event => event.type === 'heard' && event.message.type === 'beat')
  t.match(beat, { message: { seq: 1, pid } })
  life.launched.close()
  t.match(await life.until('exited'), { code: 7, signal: null })
  t.equal(life.launched.send({ type: 'ping', seq: 2 }), false)
})

t.test('a child leads its own group, has no stdin, and gets args, env, cwd and channel', async t => {
  const cwd = realpathSync(t.testdir({ log: 'before\n' }))
  const log = join(cwd, 'log')
  const config = {
    ...app('launch-report.cjs', ['a b', '--c'], ['--no-warnings']),
    env: { ...CLEAN_ENV, MINE: '1' },
    cwd,
  }
  const life = launch(t, { ...config, stdio: files(log, log) })
  t.match(await life.until('exited'), { code: 0 })
  const [before, report = '', stderr] = readFileSync(log, 'utf8').split('\n')
  t.equal(before, 'before', 'appended to')
  t.equal(stderr, 'and to stderr')
  const { OSQWATCH_LIFE: mark, ...env } = JSON.parse(report).env
  t.match(mark, new RegExp(`^${HOST_MARK}:\\d+:$`), 'of this life alone')
  t.strictSame(
    { ...JSON.parse(report), env },
    {
      ...{
        argv: ['a b', '--c'],
        execArgv: ['--no-warnings'],
        env: { ...CLEAN_ENV, MINE: '1', OSQWATCH_HOST: HOST_MARK },
      },
      ...{ cwd, leads: true, stdin: '', channel: true },
    },
  )
})

t.test('any program can take part on descriptor 3', async t => {
  const life = launch(
    t,
    shell('echo "$OSQWATCH_CHANNEL $OSQWATCH_HOST" >&3; echo WATCHDOG=1 >&3; read ping <&3; echo WATCHDOG=1 >&3'),
  )
  t.same((await life.until('heard')).message, { type: 'notify' })
  t.match((await life.until('fault')).message, `3 ${HOST_MARK}`)
  life.launched.send({ type: 'ping', seq: 1 })
  t.match(await life.until('exited'), { code: 0 })
})

t.test('stdout and stderr go to files of their own', async t => {
  const dir = t.testdir()
  const [stdout, stderr] = [join(dir, 'out'), join(dir, 'err')]
  for (const text of ['one', 'two']) {
    await launch(t, { ...shell(`echo ${text}; echo ${text} again >&2`), stdio: files(stdout, stderr) }).until('exited')
  }
  t.equal(readFileSync(stdout, 'utf8'), 'one\ntwo\n')
  t.equal(readFileSync(stderr, 'utf8'), 'one again\ntwo again\n')
})

t.test('a life is one spawned and one exited, in this order, however short it is', async t => {
  const lives = Array.from({ length: 10 }, () => launch(t, {}))
  for (const life of lives) {
    await life.until('exited')
    t.strictSame(typesOf(life), ['spawned', 'exited'])
  }
})

t.test('the pid is told before the event loop turns', async t => {
  const life = launch(t, {})
  await Promise.resolve()
  t.strictSame(typesOf(life), ['spawned'])
  await life.until('exited')
})

t.test('the end by a signal is told with its name', async t => {
  t.match(await launch(t, shell('kill -9 $$')).until('exited'), { code: null, signal: 'SIGKILL' })
})

t.test('a grandchild that holds the channel does not hide the exit, and close lets go of it', async t => {
  const life = launch(t, shell('(read line <&3; exec sleep 60) & echo WATCHDOG=1 >&3; exit 3'))
  t.match(await life.until('exited'), { code: 3 })
  t.equal(life.launched.send({ type: 'ping', seq: 1 }), true, 'somebody still holds the other end')
  life.launched.close()
  t.equal(life.launched.send({ type: 'ping', seq: 1 }), false)
})

t.test('a program that cannot be started: at once and lastingly, with its culprit', async t => {
  const dir = t.testdir({ plain: '', script: '#!/no/such/interpreter -x\n', folder: {} })
  chmodSync(join(dir, 'script'), 0o755)
  const inDir = (program: string) => ({ run: command(program), cwd: dir })
  const cases: [what: string, config: Partial<ChildConfig>, code: string, reason: RegExp][] = [
    ['not on PATH', { run: command('no-such-program') }, 'ENOENT', /it is not on PATH/],
    ['no such file', inDir('./nothing'), 'ENOENT', /there is no such file/],
    ['not executable', inDir('./plain'), 'EACCES', /plain" exists but is not executable/],
    ['a folder', inDir('./folder'), 'EACCES', /folder" is a directory/],
    ['beneath a file', inDir('./plain/program'), 'ENOTDIR', /there is no such file/],
    ['no interpreter', inDir('./script'), 'ENOENT', /#! interpreter "\/no\/such\/interpreter" does not exist/],
    ['no cwd', { cwd: join(dir, 'nowhere') }, 'ENOENT', /its cwd does not exist/],
    ['cwd is a file', { cwd: join(dir, 'plain') }, 'ENOTDIR', /its cwd is not a directory/],
    ['NUL in an argument', { args: ['a\0b'] }, 'ERR_INVALID_ARG_VALUE', /null bytes/],
    ['too long', { args: ['x'.repeat(3_000_000)] }, 'E2BIG', /too long/],
    [
      'a bad module folder',
      { ...app('launch-report.cjs'), cwd: join(dir, 'nowhere') },
      'ENOENT',
      /its cwd does not exist/,
    ],
  ]
  for (const [what, config, code, reason] of cases) {
    const life = launch(t, config)
    const { failure } = await life.until('failed')
    t.match(failure, { code, lasting: true, reason }, what)
    const { run, cwd } = childConfig(config)
    const program = run.type === 'command' ? run.command : process.execPath
    for (const part of [program, cwd, CLEAN_ENV.PATH])
      t.ok(failure.reason.includes(JSON.stringify(part)), `${what}: names ${part}`)
    t.notMatch(failure.reason, /\n/)
    t.equal(life.launched.send({ type: 'ping', seq: 1 }), false)
    life.launched.close()
    t.strictSame(typesOf(life), ['failed'])
  }
})

t.test('a file for its output that cannot be opened is named, and no descriptor stays open', async t => {
  const dir = t.testdir({ folder: {} })
  const [good, missing, folder] = [join(dir, 'good'), join(dir, 'no', 'log'), join(dir, 'folder')]
  const fifo = join(dir, 'fifo')
  await once(spawn('mkfifo', [fifo]), 'exit')
  const cases: [stdout: string, stderr: string, code: string, named: string][] = [
    [missing, good, 'ENOENT', missing],
    [good, missing, 'ENOENT', missing],
    [folder, folder, 'EISDIR', folder],
    [fifo, good, 'EINVAL', fifo],
  ]
  const openFiles = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)
  const before = openFiles()
  for (const [stdout, stderr, code, named] of cases) {
    const { failure } = await launch(t, { stdio: files(stdout, stderr) }).until('failed')
    t.match(failure, { code, lasting: true })
    t.ok(failure.reason.includes(JSON.stringify(named)), failure.reason)
  }
  t.equal(openFiles(), before)
})

t.test('out of descriptors, the failure may pass, and later it does', async t => {
  if (spawnSync('prlimit', ['--version']).status !== 0)
    return t.pass('nothing here lowers the limit of a running process')
  const helper = spawn('sh', [], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => helper.kill('SIGKILL'))
  const limitTo = async (soft: string) => {
    helper.stdin.write(`prlimit --pid ${process.pid} --nofile=${soft}: && echo done\n`)
    await once(helper.stdout, 'data')
  }
  const usual = softLimit()
  await limitTo('3')
  const failed = launch(t, {}).until('failed')
  await limitTo(usual)
  t.match((await failed).failure, { code: 'EMFILE', lasting: false, reason: /too many files open/ })
  await launch(t, {}).until('exited')
})

function softLimit(): string {
  return /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? '1024'
}

t.test('under Electron a module child is told to be Node', async t => {
  const life = (config: Partial<ChildConfig>) => {
    const log = join(t.testdir(), 'log')
    return launch(t, { ...config, stdio: files(log, log) })
      .until('exited')
      .then(() => readFileSync(log, 'utf8'))
  }
  Object.defineProperty(process.versions, 'electron', { value: '30.0.0', configurable: true })
  t.teardown(() => Reflect.deleteProperty(process.versions, 'electron'))
  t.match(JSON.parse((await life(app('launch-report.cjs'))).split('\n')[0] ?? ''), {
    env: { ELECTRON_RUN_AS_NODE: '1' },
  })
  t.equal(await life(shell('echo $ELECTRON_RUN_AS_NODE')), '\n')
})

t.test('without the client there is no launcher', async t => {
  t.throws(() => createLauncher({ clientPath: '/no/such/client.cjs', hostMark: '1:1', attach() {} }), {
    code: 'ENOENT',
  })
})
