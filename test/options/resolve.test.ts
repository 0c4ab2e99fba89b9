import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { resolveAdopted } from '../../lib/options/adopted.js'
import { resolveChild, resolveOptions } from '../../lib/options/resolve.js'
import type { ChildOptions, WatcherOptions } from '../../lib/options/types.js'
import type { WatcherConfig } from '../../lib/wire/commands.js'
import { extension, MACHINE, MB, problemsOf, resolve, takes, wrong } from './setup.js'

const root = realpathSync(t.testdir({ 'app.js': '', sub: { 'thumbs.js': '' } }))
const app = join(root, 'app.js')

t.test('no options: a watcher of level app with no children, that ends nobody', async t => {
  for (const { config, workerPath, signal, warnings } of [resolve(), resolve({})]) {
    t.match(config, { level: 'app', children: [], onShutdown: 'emit', judgeHost: false, sampler: 'auto' })
    t.equal(config.policy.level, 'app')
    t.strictSame([workerPath, signal, warnings], [null, null, []])
  }
})

t.test('what is written reaches the config', async t => {
  const { signal } = new AbortController()
  const resolved = resolve({
    level: 'normal',
    limits: { memory: '300MB', respawnLimit: 2 },
    worker: { module: app, args: ['--fast'], execArgv: ['--expose-gc'], warnSignal: 'SIGUSR1' },
    extensions: {
      search: {
        command: './search-server',
        cwd: pathToFileURL(root),
        stdio: { stdout: 'out.log', stderr: pathToFileURL(join(root, 'err.log')) },
        limits: { memoryTotal: '50%', memory: 'off' },
        restart: 'never',
      },
      thumbs: { module: 'thumbs.js', cwd: join(root, 'sub'), stdio: 'ignore', warnSignal: 'off' },
      absent: undefined as unknown as ChildOptions,
    },
    onShutdown: 'exit',
    sampler: 'pidusage',
    workerPath: pathToFileURL(join(root, 'worker.js')),
    signal,
  })
  t.match(resolved, { workerPath: join(root, 'worker.js'), config: { level: 'normal', judgeHost: true } })
  t.match(resolved.config, { onShutdown: 'exit', sampler: 'pidusage', policy: { memory: 300 * MB } })
  t.equal(resolved.signal, signal)
  const [worker, search, thumbs] = resolved.config.children
  t.equal(resolved.config.children.length, 3, 'the worker first, then extensions as written')
  t.match(worker, {
    name: 'worker',
    kind: 'worker',
    run: { type: 'module', module: app, execArgv: ['--expose-gc'] },
    args: ['--fast'],
    cwd: process.cwd(),
    stdio: { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' },
    warnSignal: 'SIGUSR1',
    policy: { memory: 300 * MB, respawnLimit: 2, restart: 'always', judged: true, cores: 4 },
  })
  t.match(search, {
    name: 'search',
    kind: 'extension',
    run: { type: 'command', command: './search-server' },
    cwd: root,
    stdio: { stdin: 'ignore', stdout: { file: join(root, 'out.log') }, stderr: { file: join(root, 'err.log') } },
    warnSignal: 'auto',
    policy: { memoryTotal: 500 * MB, memory: Number.POSITIVE_INFINITY, respawnLimit: 2, restart: 'never' },
  })
  t.equal(search?.policy.sources.memoryTotal, 'extensions.search.limits.memoryTotal')
  t.match(thumbs, { run: { module: join(root, 'sub', 'thumbs.js') }, stdio: { stdout: 'ignore' }, warnSignal: 'off' })
})

t.test('modules are paths from the cwd, file: URLs, or their text', async t => {
  const spellings = ['app.js', './app.js', app, pathToFileURL(app), pathToFileURL(app).href]
  for (const module of spellings) {
    const [child] = resolve(extension({ module, cwd: root }) as WatcherOptions).config.children
    t.match(child?.run, { type: 'module', module: app }, String(module))
  }
  const others = ['none.js', 'sub', '', 'a\0b', 5, new URL('http://host/app.js'), new URL('file://host/app.js')]
  for (const module of others) t.equal(wrong(extension({ module, cwd: root })).length, 1, String(module))
  t.equal(takes(extension({ module: 'none.js', cwd: root })), `a file that is there: ${join(root, 'none.js')} is not`)
  t.strictSame(wrong(extension({ command: 'no-such-program' })), [], 'a command is looked up when it is started')
})

t.test("the environment is merged over the host's", async t => {
  process.env.OSQWATCH_TEST_KEPT = 'host'
  process.env.OSQWATCH_TEST_GONE = 'host'
  t.teardown(() => {
    delete process.env.OSQWATCH_TEST_KEPT
    delete process.env.OSQWATCH_TEST_GONE
  })
  const env = { OSQWATCH_TEST_NEW: 'child', OSQWATCH_TEST_EMPTY: '', OSQWATCH_TEST_GONE: undefined }
  const [child] = resolve({ extensions: { x: { command: 'x', env } } }).config.children
  t.match(child?.env, { OSQWATCH_TEST_KEPT: 'host', OSQWATCH_TEST_NEW: 'child', OSQWATCH_TEST_EMPTY: '' })
  t.notOk(Object.hasOwn(child?.env ?? {}, 'OSQWATCH_TEST_GONE'))
  t.ok(Object.values(child?.env ?? {}).every(value => typeof value === 'string'))
})

t.test('all that is wrong is told at once, a line each, once each', async t => {
  const options = {
    level: 'norml',
    limits: { memory: '300xyz' },
    worker: { module: app, command: 'node' },
    extensions: { search: { comand: './search' }, thumbs: { module: app, restart: 'sometimes' } },
    onShutdown: 'die',
    colour: 'red',
  }
  t.throws(() => resolveOptions(options as unknown as WatcherOptions, MACHINE), {
    name: 'OsqwatchError',
    code: 'ERR_OSQWATCH_OPTIONS',
    message: [
      '8 options are wrong:',
      'colour: got "red", takes nothing: no such name; known are level, limits, enforce, worker, extensions, extensionsAutoload, allowUnsafe, watchExtensions, onShutdown, signal, workerPath, sampler, overhead, ledger, incidents, respawnsPerMinute, killsPerMinute',
      "level: got \"norml\", takes 'app', 'normal', 'restrictive' or 'off'",
      "limits.memory: got \"300xyz\", takes bytes as a number, a size such as '300MB' or 'off'; at least 4 KB",
      'worker: got module and command, takes exactly one of module and command',
      'extensions.search.comand: got "./search", takes nothing: no such name (did you mean command?); known are module, command, execArgv, args, env, cwd, stdio, limits, enforce, restart, warnSignal, tree, ipc, preload',
      'extensions.search: got neither, takes exactly one of module and command',
      "extensions.thumbs.restart: got \"sometimes\", takes 'always', 'on-failure' or 'never'",
      "onShutdown: got \"die\", takes 'emit' or 'exit'",
    ].join('\n  '),
  })
  t.throws(() => resolve({ allowUnsafe: 1 as unknown as boolean }), {
    message: 'An option is wrong:\n  allowUnsafe: got 1, takes true or false',
  })
})

t.test('each option refuses what it does not take', async t => {
  const cases: [unknown, string[]][] = [
    [null, ['options: null']],
    ['./worker.js', ['options: "./worker.js"']],
    [[], ['options: an array']],
    [new Map(), ['options: an object']],
    [Promise.resolve({}), ['options: an object']],
    [{ level: null }, ['level: null']],
    [{ limits: '300MB' }, ['limits: "300MB"']],
    [{ worker: './app.js' }, ['worker: "./app.js"']],
    [{ worker: {} }, ['worker: neither']],
    [{ worker: null }, ['worker: null']],
    [{ extensions: [{ command: 'x' }] }, ['extensions: an array']],
    [{ watchExtensions: 'no' }, ['watchExtensions: "no"']],
    [{ signal: {} }, ['signal: an object']],
    [{ signal: null }, ['signal: null']],
    [{ workerPath: 'http://' }, []],
    [{ workerPath: new URL('data:text/javascript,1') }, ['workerPath: data:text/javascript,1']],
    [{ sampler: 'ps' }, ['sampler: "ps"']],
    [{ overhead: 0 }, ['overhead: 0']],
    [{ overhead: '101%' }, ['overhead: "101%"']],
    [{ overhead: 'little' }, ['overhead: "little"']],
    [{ ledger: true }, ['ledger: true']],
    [{ incidents: true }, ['incidents: true']],
    [
      { incidents: { dir: 7, maxFiles: 0.5, budget: '1h', heapSnapshot: true, cooldwn: 1 } },
      [
        'incidents.cooldwn: 1',
        'incidents.dir: 7',
        'incidents.maxFiles: 0.5',
        'incidents.budget: "1h"',
        'incidents.heapSnapshot: true',
      ],
    ],
    [{ enforce: 'no' }, ['enforce: "no"']],
    [{ worker: { command: 'a', enforce: 0 } }, ['worker.enforce: 0']],
    [{ respawnsPerMinute: 0 }, ['respawnsPerMinute: 0']],
    [{ respawnsPerMinute: 1.5, killsPerMinute: '60' }, ['respawnsPerMinute: 1.5', 'killsPerMinute: "60"']],
    [extension({ command: 'x', tree: 'yes' }), ['extensions.x.tree: "yes"']],
    [{ extensionsAutoload: true }, ['extensionsAutoload: true']],
    [extension({ command: '' }), ['extensions.x.command: ""']],
    [extension({ command: ['ls', '-l'] }), ['extensions.x.command: an array']],
    [extension({ command: 'x', execArgv: [] }), ['extensions.x.execArgv: an array']],
    [extension({ command: 'x', args: '--stdio' }), ['extensions.x.args: "--stdio"']],
    [extension({ command: 'x', args: ['a', 1] }), ['extensions.x.args: an array']],
    [extension({ command: 'x', args: new Array(1) }), ['extensions.x.args: an array']],
    [extension({ command: 'x', args: ['a\0b'] }), ['extensions.x.args: an array']],
    [extension({ command: 'x', args: null }), ['extensions.x.args: null']],
    [extension({ command: 'x', env: { PORT: 80 } }), ['extensions.x.env.PORT: 80']],
    [extension({ command: 'x', env: { 'A=B': 'c' } }), ['extensions.x.env["A=B"]: "c"']],
    [extension({ command: 'x', env: 'A=b' }), ['extensions.x.env: "A=b"']],
    [extension({ command: 'x', cwd: 5 }), ['extensions.x.cwd: 5']],
    [extension({ command: 'x', stdio: 'pipes' }), ['extensions.x.stdio: "pipes"']],
    [extension({ command: 'x', ipc: 'json' }), ['extensions.x.ipc: "json"']],
    [extension({ command: 'x', stdio: null }), ['extensions.x.stdio: null']],
    [extension({ command: 'x', stdio: { stdin: 'a' } }), ['extensions.x.stdio.stdin: "a"']],
    [extension({ command: 'x', stdio: { stdout: 1 } }), ['extensions.x.stdio.stdout: 1']],
    [extension({ command: 'x', stdio: ['ignore'] }), ['extensions.x.stdio: an array']],
    [extension({ command: 'x', warnSignal: 'SIGTERM' }), ['extensions.x.warnSignal: "SIGTERM"']],
    [
      extension({ command: 'x', limits: { memory: -1, memry: 1 } }),
      ['extensions.x.limits.memory: -1', 'extensions.x.limits.memry: 1'],
    ],
  ]
  for (const [options, lines] of cases) t.strictSame(wrong(options), lines, lines.join())
})

t.test("names stand in messages, so they are one line, and not the watcher's own", async t => {
  const child = { command: 'x' }
  t.equal(wrong({ extensions: { '': child, ' ': child, 'a\nb': child } }).length, 3)
  t.match(takes({ extensions: { watcher: child } }), /another name: watcher is taken/)
  t.match(takes({ extensions: { worker: child } }), /another name: worker is taken/)
  t.strictSame(wrong({ extensions: { 'search (de)': child, ['__proto__']: child, 'größe.1': child } }), [])
  const [quoted] = resolve({ extensions: { 'a b': { command: 'x', limits: { memory: '9MB' } } } }).config.children
  t.equal(quoted?.policy.sources.memory, 'extensions["a b"].limits.memory')
})

t.test('whatever is passed is either taken or an OsqwatchError', async () => {
  const child = fc.oneof(
    fc.anything(),
    fc.record(
      { command: fc.anything(), module: fc.anything(), args: fc.anything(), env: fc.anything(), stdio: fc.anything() },
      { requiredKeys: [] },
    ),
  )
  const options = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    fc.record(
      {
        level: fc.anything(),
        limits: fc.anything(),
        worker: child,
        extensions: fc.dictionary(fc.string(), child),
        signal: fc.anything(),
        workerPath: fc.anything(),
        watchExtensions: fc.anything(),
      },
      { requiredKeys: [] },
    ),
  )
  fc.assert(
    fc.property(options, given => {
      problemsOf(given)
    }),
    { numRuns: 500 },
  )
})

t.test('judged or only respawned', async t => {
  const options: WatcherOptions = { worker: { command: 'w' }, extensions: { x: { command: 'x' } } }
  const judged = (watchExtensions?: boolean) =>
    resolve({ ...options, watchExtensions }).config.children.map(({ policy }) => policy.judged)
  t.strictSame(judged(), [true, true])
  t.strictSame(judged(false), [true, false], 'the worker always is')
})

t.test('enforced or only told: a child says for itself, or as its watcher', async t => {
  const extensions = { x: { command: 'x' }, y: { command: 'y', enforce: false }, z: { command: 'z', enforce: true } }
  const enforced = (enforce?: boolean) => {
    const { config, context } = resolve({ worker: { command: 'w' }, extensions, enforce })
    const adopted = [{}, { enforce: false }, { enforce: true }].map(given => resolveAdopted(given, context))
    return [config.policy, ...config.children.map(({ policy }) => policy), ...adopted.map(({ policy }) => policy)]
      .map(({ enforce }) => (enforce ? 'yes' : 'no'))
      .join(' ')
  }
  t.equal(enforced(), 'yes yes yes no yes yes no yes', 'the watcher, its worker, x, y, z; three that are adopted')
  t.equal(enforced(false), 'no no no no yes no no yes')
})

t.test('so many respawns and kills a minute', async t => {
  const { config } = resolve({ respawnsPerMinute: 5, killsPerMinute: 'off' })
  t.match(config, { respawnsPerMinute: 5, killsPerMinute: Number.POSITIVE_INFINITY })
  t.match(resolve({}).config, { respawnsPerMinute: 60, killsPerMinute: 60 })
})

t.test('a child that is added later is resolved by the same rules', async t => {
  const options: WatcherOptions = { level: 'restrictive', limits: { latency: '20s' }, watchExtensions: false }
  const { context } = resolve(options)
  const { config, warnings } = resolveChild('indexer', { module: app, limits: { utilization: '2 cores' } }, context)
  t.match(config, { name: 'indexer', kind: 'extension', run: { type: 'module', module: app } })
  t.match(config.policy, { level: 'restrictive', latency: 20_000, memory: 100 * MB, utilization: 50, judged: false })
  t.equal(config.policy.sources.utilization, 'extensions.indexer.limits.utilization')
  t.strictSame(warnings, [], 'not judged, so nothing to warn of')
  const add = (name: unknown, child: unknown) => () => resolveChild(name as string, child as ChildOptions, context)
  t.throws(add('worker', { command: 'x' }), { code: 'ERR_OSQWATCH_OPTIONS', problems: [{ option: 'name' }] })
  t.throws(add(undefined, undefined), {
    code: 'ERR_OSQWATCH_OPTIONS',
    problems: [{ option: 'name' }, { option: 'extensions.undefined' }],
  })
})

t.test('a CPU limit that one thread can never pass is told once', async t => {
  const warnings = (limits: WatcherOptions['limits'], cores: number, level: WatcherOptions['level'] = 'app') => {
    const extensions = { a: { command: 'a' }, b: { command: 'b' } }
    return resolveOptions({ level, limits, extensions }, { ...MACHINE, cores }).warnings
  }
  t.strictSame(warnings({ utilization: 50 }, 2), [
    'limits.utilization: 50 % of 2 cores is as much CPU as one thread can use, so a single spinning thread never passes it on this machine',
  ])
  t.equal(warnings({ utilization: '1 core' }, 3).length, 1)
  t.equal(warnings({ utilization: 100 }, 0.5).length, 1, 'a quota of half a core')
  t.strictSame(warnings({ utilization: '0.5 core' }, 2), [])
  t.strictSame(warnings({}, 64), [], 'off')
  t.match(warnings({}, 20, 'normal'), [/^level normal: 10 % of 20 cores/])
  t.strictSame(warnings({}, 2, 'off'), [], 'osquery means it so')
})

t.test('extensions from a load file', async t => {
  const bin = join(root, 'bin')
  const file = join(root, 'extensions.load')
  for (const path of ['bin', 'bin/more']) {
    mkdirSync(join(root, path))
    chmodSync(join(root, path), 0o755)
  }
  const program = (name: string) => {
    writeFileSync(join(bin, name), '#!/bin/sh\n')
    chmodSync(join(bin, name), name.includes('open') ? 0o777 : 0o755)
  }
  for (const name of ['hash.ext', 'more/hash.ext', 'more/search.ext', 'open.ext', 'a\nb.ext']) program(name)
  writeFileSync(file, `# ours\n${bin}\n${join(bin, 'missing.ext')}\n`)
  const options: WatcherOptions = {
    level: 'normal',
    extensions: { search: { command: 'x' } },
    extensionsAutoload: file,
    limits: { memory: '50MB' },
  }
  const { config, warnings } = resolve(options)
  const told = config.children.map(({ name, run }) => [name, run.type === 'command' && run.command])
  t.strictSame(told, [
    ['search', 'x'],
    ['hash', join(bin, 'hash.ext')],
    [join(bin, 'more', 'hash.ext'), join(bin, 'more', 'hash.ext')],
    [join(bin, 'more', 'search.ext'), join(bin, 'more', 'search.ext')],
  ])
  t.match(config.children[1], { kind: 'extension', args: [], policy: { memory: 50 * MB, restart: 'always' } })
  t.strictSame(
    warnings.map(line => line.replaceAll(root, '')),
    [
      '/extensions.load: "/bin/open.ext" skipped: writable by others',
      '/extensions.load: "/bin/missing.ext" skipped: ENOENT',
      '/extensions.load: "/bin/a\\nb.ext" skipped: no name can be made of it',
    ],
  )
  const checked = ({ config }: { config: WatcherConfig }) =>
    config.children.map(({ name, run }) => [name, run.type === 'command' && (run.checked ?? false)])
  t.strictSame(
    checked({ config }).slice(0, 2),
    [
      ['search', false],
      ['hash', true],
    ],
    'a program of the load file is checked again at each start, for anybody may have written to it since',
  )
  const unsafe = checked(resolve({ ...options, allowUnsafe: true }))
  t.strictSame(
    unsafe.find(([name]) => name === 'open'),
    ['open', false],
    'unless it may be unsafe',
  )
  const missing = join(root, 'none.load')
  t.strictSame(wrong({ extensionsAutoload: missing }), [`extensionsAutoload: ${JSON.stringify(missing)}`])
  t.match(takes({ extensionsAutoload: missing }), /^a load file that can be read: ENOENT/)
})
