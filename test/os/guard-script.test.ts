import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { GUARD_SCRIPT } from '../../lib/os/guard-script.js'
import { startTime } from '../../lib/os/identity.js'
import { signals } from '../../lib/os/signals.js'
import '../fixtures/folders-last.js'
import { ended, node, type Owner, type Started, shell, sleeper, stateOf, until } from './processes.js'

const STUBBORN = 'exec 2>/dev/null; trap "" TERM; echo ready; while :; do sleep 0.05; done'

/** The script by itself, told the `first` lines by its arguments; `eof` is what the host's death is to it. */
function script(
  t: Owner,
  ...first: string[]
): { child: ChildProcess; tell(...lines: string[]): void; eof(): Promise<unknown> } {
  const child = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'osqwatch-guard', ...first], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  return {
    child,
    tell: (...lines) => void child.stdin?.write(lines.map(line => `${line}\n`).join('')),
    eof: () => {
      child.stdin?.end()
      return ended(child)
    },
  }
}

/** By their parents' word. */
function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
  return children.flatMap(child => [child, ...descendants(child)])
}

const told = ({ pid }: Started, delayMs: number) => `+ ${pid} ${startTime(pid)} ${delayMs}`

t.test('at the end of its stdin', async t => {
  t.test('a plain child gets SIGTERM', async t => {
    const child = await sleeper(t)
    const guard = script(t)
    guard.tell(told(child, 60_000))
    t.equal(await guard.eof(), 0, 'and the guard is gone itself, long before the delay')
    t.equal(await ended(child.child), 'SIGTERM')
  })

  t.test('one that ignores SIGTERM gets SIGKILL, after its own delay', async t => {
    const child = await shell(t, STUBBORN)
    const quick = await sleeper(t)
    const guard = script(t)
    guard.tell(told(child, 800), told(quick, 60_000))
    const begun = performance.now()
    t.equal(await guard.eof(), 0)
    t.equal(await ended(child.child), 'SIGKILL')
    t.ok(performance.now() - begun >= 800, 'not before')
    t.equal(await ended(quick.child), 'SIGTERM')
    t.notOk(signals.groupAlive(child.pid))
  })

  t.test('a delay of 0 is SIGKILL at once', async t => {
    const child = await shell(t, STUBBORN)
    const guard = script(t)
    guard.tell(told(child, 0))
    await guard.eof()
    t.equal(await ended(child.child), 'SIGKILL')
  })

  t.test('a stopped one is continued, so that it hears SIGTERM', async t => {
    const child = await shell(t, 'exec 2>/dev/null; trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done')
    process.kill(child.pid, 'SIGSTOP')
    await until('it stands still', () => stateOf(child.pid) === 'T')
    const guard = script(t)
    guard.tell(told(child, 60_000))
    await guard.eof()
    t.equal(await ended(child.child), 7)
  })

  t.test('members that outlive their leader are ended', async t => {
    const child = await shell(
      t,
      'exec 2>/dev/null; (trap "" TERM; echo ready; while :; do sleep 0.05; done) & read line',
    )
    const line = told(child, 300)
    process.kill(child.pid, 'SIGKILL')
    await ended(child.child)
    t.ok(signals.groupAlive(child.pid))
    const guard = script(t)
    guard.tell(line)
    t.equal(await guard.eof(), 0)
    await until('the group is empty', () => !signals.groupAlive(child.pid))
  })

  t.test('among many that nobody reaps, whose groups stand empty, the one that has a member is found', async t => {
    const many = "for n in 1 2 3 4 5 6 7 8; do setsid sh -c 'read line <&3; [ $0 = 5 ] && sleep 100 &' $n & done"
    const parent = await shell(t, `exec 2>/dev/null 3<&0; ${many}; echo ready; exec sleep 100`)
    // A shell would reap those that end before it has started all of them.
    await until('it reaps nobody', () => readFileSync(`/proc/${parent.pid}/comm`, 'latin1') === 'sleep\n')
    parent.child.stdin?.end()
    const leaders = await until('all of them are zombies', () => {
      const pids = descendants(parent.pid)
      return pids.length === 8 && pids.every(pid => stateOf(pid) === 'Z') && pids
    })
    t.equal(leaders.filter(signals.groupAlive).length, 1)
    const guard = script(t)
    guard.tell(...leaders.map(pid => `+ ${pid} ${startTime(pid)} 300`))
    t.equal(await guard.eof(), 0)
    t.strictSame(leaders.filter(signals.groupAlive), [])
  })

  t.test('a name with brackets and a newline hides nobody', async t => {
    const child = await node(t, "process.title = 'x) Z (1\\n2'; console.log('ready'); setInterval(() => {}, 1000)")
    const guard = script(t)
    guard.tell(told(child, 60_000))
    await guard.eof()
    t.equal(await ended(child.child), 'SIGTERM')
  })

  t.test('without a start time the pid has to do', async t => {
    const child = await sleeper(t)
    const guard = script(t)
    guard.tell(`+ ${child.pid} - 60000`)
    t.equal(await guard.eof(), 0)
    t.equal(await ended(child.child), 'SIGTERM')
  })

  t.test('strangers and the forgotten are left alone, and so is who was never named', async t => {
    const [stranger, forgotten, named] = [await sleeper(t), await sleeper(t), await sleeper(t)]
    const guard = script(t)
    guard.tell(`+ ${stranger.pid} 1 0`, told(forgotten, 0), told(named, 0), `- ${forgotten.pid}`)
    t.equal(await guard.eof(), 0)
    await ended(named.child)
    t.strictSame([stateOf(stranger.pid), stateOf(forgotten.pid)], ['S', 'S'])
  })

  t.test('of a tree, whoever descends from it is ended, too, each after the same delay', async t => {
    const family = 'sh -c "trap \\"\\" TERM; setsid sleep 100 & echo ready; while :; do sleep 0.05; done" & wait'
    const root = await shell(t, `setsid sh -c '${family}' & read line`)
    const stranger = await shell(t, 'sleep 100 & echo ready; wait')
    const tree = await until('it is complete', () => descendants(root.pid).length >= 4 && descendants(root.pid))
    const spared = descendants(stranger.pid)
    const guard = script(t, `${told(root, 300)} tree`)
    guard.tell(`+ ${stranger.pid} 1 0 tree`)
    t.equal(await guard.eof(), 0)
    await ended(root.child)
    await until('all are gone', () => !tree.some(pid => ![null, 'Z'].includes(stateOf(pid))))
    t.strictSame(
      spared.map(stateOf),
      spared.map(() => 'S'),
      'a stranger has children, too',
    )
  })

  t.test('garbage is ignored', async t => {
    const [survivor, named] = [await sleeper(t), await sleeper(t)]
    const guard = script(t)
    const start = startTime(survivor.pid)
    const { pid } = survivor
    guard.tell('', '+', '-', 'x', '+ 0 - 0', '+ 1 - 0', '+ -1 - 0', `+ 0${pid} ${start} 0`, `+ ${pid} ${start}`)
    guard.tell(`+ ${pid} ${start} 0 0`, `+ ${pid};exit ${start} 0`, `+ ${pid} $(exit) 0`, `+ ${pid} ${start} -1`)
    guard.tell(`+ ${pid} ${start} 0 trees`, `+ ${pid} ${start} 0 tree tree`, `+ ${pid} ${start} x tree`)
    guard.tell(told(named, 0), '- x', '- *')
    guard.child.stdin?.write(`+ ${pid} ${start} 0`)
    t.equal(await guard.eof(), 0)
    await ended(named.child)
    t.equal(stateOf(pid), 'S', 'half a line, too')
  })
})

t.test('it takes the socket away, and its folder, and no folder with something else in it', async t => {
  const folder = t.testdir({ gone: { socket: '' }, kept: { socket: '', else: '' } })
  for (const name of ['gone', 'kept']) {
    const child = spawn('/bin/sh', ['-c', GUARD_SCRIPT], {
      env: { ...process.env, OSQWATCH_SOCKET: join(folder, name, 'socket') },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.stdin?.end()
    t.equal(await ended(child), 0)
  }
  t.strictSame([existsSync(join(folder, 'gone')), readdirSync(join(folder, 'kept'))], [false, ['else']])
})

t.test('it knows from its first instant who is there: the host may die before it could write a line', async t => {
  const [known, forgotten] = [await sleeper(t), await sleeper(t)]
  const guard = script(t, told(known, 1000), told(forgotten, 1000))
  guard.tell(`- ${forgotten.pid}`)
  t.equal(await guard.eof(), 0)
  t.equal(await ended(known.child), 'SIGTERM')
  t.equal(stateOf(forgotten.pid), 'S')
})

t.test('a terminal does not end it', async t => {
  const child = await sleeper(t)
  const guard = script(t)
  guard.tell(told(child, 60_000))
  await until('it waits', () =>
    readFileSync(`/proc/${guard.child.pid}/status`, 'latin1').includes('SigIgn:\t0000000000005007'),
  )
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) guard.child.kill(signal)
  t.equal(await guard.eof(), 0)
  t.equal(await ended(child.child), 'SIGTERM')
})

t.test('after an accident it hunts who carries its mark, and not who is to stay', async t => {
  const mark = `1:1:${process.pid}:`
  const carrying = (value: string, more = {}) => {
    const child = spawn('/bin/sh', ['-c', 'sleep 100 & wait'], {
      detached: true,
      env: { PATH: process.env.PATH, OSQWATCH_LIFE: value, ...more },
      stdio: 'ignore',
    })
    t.teardown(() => child.kill('SIGKILL') && signals.group(child.pid as number, 'SIGKILL'))
    return child
  }
  const hunter = (word: string) => {
    const env = { ...process.env, OSQWATCH_MARK: mark, OSQWATCH_DELAY: '300' }
    const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT], { env, stdio: ['pipe', 'ignore', 'ignore'] })
    guard.stdin?.end(word)
    return ended(guard)
  }
  const [marked, kept, stranger] = [
    carrying(`${mark}1:`),
    carrying(`${mark}2:`, { OSQWATCH_KEEP: '1' }),
    carrying(`1:1:${process.pid}0:1:`),
  ]
  for (const { pid } of [marked, kept, stranger]) {
    await until('it is a shell', () => readFileSync(`/proc/${pid}/environ`, 'latin1').includes('OSQWATCH_LIFE'))
  }
  t.equal(await hunter('.\n'), 0)
  t.equal(stateOf(marked.pid as number), 'S', 'an end that is no accident')
  t.equal(await hunter(''), 0)
  t.equal(await ended(marked), 'SIGTERM')
  t.strictSame(
    [kept, stranger].map(({ pid }) => stateOf(pid as number)),
    ['S', 'S'],
  )
})

t.test('10 000 lives, and it has neither grown nor forgotten who is there', async t => {
  const child = await sleeper(t)
  const guard = script(t, told(child, 60_000))
  const kilobytes = () => Number(/VmData:\s+(\d+)/.exec(readFileSync(`/proc/${guard.child.pid}/status`, 'latin1'))?.[1])
  const before = kilobytes()
  for (let pid = 100_000_000; pid < 100_010_000; pid++) guard.tell(`+ ${pid} 1 0`, `- ${pid}`)
  guard.tell(`- ${child.pid}`, told(child, 60_000))
  await until('it has read all of it', () => guard.child.stdin?.writableLength === 0)
  t.ok(kilobytes() - before < 512, `${kilobytes() - before} KB more`)
  t.equal(await guard.eof(), 0)
  t.equal(await ended(child.child), 'SIGTERM')
})
