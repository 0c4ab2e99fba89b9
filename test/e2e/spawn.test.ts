/** How a program is started, and what is told of one that cannot be. */
import { chmodSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChildOptions } from 'osqwatch'
import t from 'tap'
import { app, CLEAN_ENV, fixture, Output, QUICK, shell, watch } from './helpers.js'

t.test('what cannot be started for a lasting reason is given up at once, and told in full', async t => {
  const dir = t.testdir({ plain: '' })
  chmodSync(join(dir, 'plain'), 0o644)
  const nowhere = join(dir, 'nowhere')
  const extensions = {
    missing: { ...shell(''), command: 'no-such-program' },
    forbidden: { ...shell(''), command: join(dir, 'plain') },
    homeless: shell('', { cwd: nowhere }),
    well: app(''),
  }
  const watched = await watch(t, { limits: QUICK, extensions })
  const told = { missing: /ENOENT.*not on PATH/, forbidden: /EACCES.*not executable/, homeless: /cwd does not exist/ }
  for (const [child, reason] of Object.entries(told)) {
    const { message, ...giveup } = await watched.event('giveup', { child })
    t.match(giveup, { pid: null, life: 1, code: 1, reason })
    const { command, cwd = process.cwd() } = extensions[child as keyof typeof told]
    for (const part of [command, cwd, CLEAN_ENV.PATH]) {
      t.ok(message.includes(JSON.stringify(part)), `${child}: names ${part}`)
    }
    t.strictSame(watched.story(child), ['exit', 'giveup'])
    t.match(watched.all('exit', { child }), [{ cause: 'spawn', code: null, signal: null, pid: null }])
    t.match(await watched.row(child), { phase: 'down', pid: null, life: 1 })
  }
  t.match(await watched.row('well'), { phase: 'up' }, 'nobody else is touched')
})

t.test('add() rejects with the reason, and the child is not kept', async t => {
  const watched = await watch(t, { limits: QUICK })
  const refused: ChildOptions = { ...shell(''), command: 'no-such-program' }
  const error = { code: 'ERR_OSQWATCH_SPAWN', message: /no-such-program.*PATH/ }
  await t.rejects(watched.watcher.add('one', refused), error)
  const names = (await watched.watcher.status()).map(({ name }) => name)
  t.strictSame(names, ['watcher'])
  await watched.watcher.add('one', app(''))
  t.match(await watched.row('one'), { phase: 'up', life: 1 }, 'its name is free')
})

t.test('args, env and cwd arrive; output is appended', async t => {
  const output = new Output(t)
  const cwd = realpathSync(t.testdir({}))
  const script = 'echo "$MINE|$TAKEN|$1|$2|$(pwd)"; echo and to stderr >&2'
  const { file, stdio } = output
  process.env.TAKEN = 'from the host'
  t.teardown(() => delete process.env.TAKEN)
  const program: ChildOptions = {
    command: 'sh',
    args: ['-c', script, 'sh', 'a b', '--c'],
    ...{ env: { ...CLEAN_ENV, MINE: 'x=1\ny', TAKEN: undefined }, cwd: pathToFileURL(cwd), stdio, restart: 'never' },
  }
  const watched = await watch(t, { limits: QUICK, extensions: { one: program } })
  await watched.event('exit', { child: 'one' })
  await watched.watcher.add('two', program)
  await watched.event('exit', { child: 'two' })
  const once = ['x=1', `y||a b|--c|${cwd}`, 'and to stderr']
  t.strictSame(output.lines, [...once, ...once], `in ${file}`)
})

t.test('a module by its path, absolute or from cwd, and by its URL', async t => {
  const file = fixture('e2e-app.cjs')
  const [absolute, relative, url] = [new Output(t, 'a'), new Output(t, 'r'), new Output(t, 'u')]
  const extensions = {
    absolute: app('', { module: file, stdio: absolute.stdio }),
    relative: app('', { module: './e2e-app.cjs', cwd: join(file, '..'), stdio: relative.stdio }),
    url: app('', { module: pathToFileURL(file), stdio: url.stdio, execArgv: ['--no-warnings'] }),
  }
  const watched = await watch(t, { limits: QUICK, extensions })
  for (const output of [absolute, relative, url]) t.equal(await output.line(/./), 'up')
  for (const child of Object.keys(extensions)) await watched.event('ready', { child })
})
