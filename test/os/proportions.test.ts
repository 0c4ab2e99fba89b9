import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { isSame, readStat, startTime } from '../../lib/os/identity.js'
import { createProportions } from '../../lib/os/proportions.js'
import { PROPORTIONS_SCRIPT } from '../../lib/os/proportions-script.js'
import { fixture } from '../fixtures/paths.js'
import { ended, type Owner, shell, sleeper, start, stateOf, until, zombie } from './processes.js'

const MB = 1024 * 1024
/** Sixteen million characters in a variable, and three forks that share them: a shell forks without exec. */
const FAMILY = `x=xxxxxxxxxxxxxxxx; for i in 1 2 3 4 5; do x=$x$x$x$x$x$x$x$x$x$x$x$x$x$x$x$x; [ \${#x} -lt 16000000 ] || break; done
  pids=$$; for i in 1 2 3; do (sleep 100; :) & pids="$pids $!"; done; echo $pids; wait`

const FIXTURE = fixture('proportions-host.ts')
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

/** Pids of the helpers that a host started. */
function helpers(host = process.pid): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 1 && isHelper(pid, host))
}

function isHelper(pid: number, host: number): boolean {
  try {
    const isChild = readFileSync(`/proc/${pid}/status`, 'latin1').includes(`PPid:\t${host}\n`)
    return isChild && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('\0osqwatch-proportions\0')
  } catch {
    return false
  }
}

/** One for a test: it leaves no helper behind, and every answer is waited for. */
function proportions(t: Owner, options = {}) {
  const { read, close } = createProportions(options)
  t.teardown(close)
  const ask = (...pids: number[]) => new Promise<number | null>(answer => read(pids, answer))
  return { ask, close }
}

function rss(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kilobytes) * 1024
}

const sum = (sizes: number[]) => sizes.reduce((all, size) => all + size, 0)

function host(t: Owner, before: string[], ...args: string[]) {
  const [command, ...rest] = [...before, process.execPath, ...process.execArgv, FIXTURE, ...args] as [
    string,
    ...string[],
  ]
  return start(t, command, rest)
}

/** A helper that has been asked before, and now stands still. */
async function stopped(ask: (...pids: number[]) => Promise<number | null>): Promise<number> {
  await ask(process.pid)
  const [pid] = helpers() as [number]
  process.kill(pid, 'SIGSTOP')
  await until('it stands still', () => stateOf(pid) === 'T')
  return pid
}

// No helper keeps its host alive: this does.
const alive = setInterval(() => {}, 1000)
t.teardown(() => clearInterval(alive))

t.test('what several processes share counts once', async t => {
  const { ask } = proportions(t)
  const family = (await shell(t, FAMILY)).line.split(' ').map(Number)
  t.equal(family.length, 4)
  await until('all hold the memory', () => family.every(pid => rss(pid) > 16 * MB))
  const together = Number(await ask(...family))
  t.ok(together > 16 * MB, 'it is counted')
  t.ok(together < sum(family.map(rss)) / 2, 'and it is not counted four times')
  const alone = Number(await ask(family[0] as number))
  t.ok(alone < rss(family[0] as number) / 2, 'alone, it is told its share')
})

t.test('the helper starts with the first question, is kept, and ends with close', async t => {
  const { ask, close } = proportions(t)
  t.strictSame(helpers(), [])
  t.ok(Number(await ask(process.pid)) > MB)
  const [pid, ...others] = helpers() as [number]
  t.strictSame(others, [])
  t.equal(readStat(pid)?.session, pid, 'in a session of its own')
  t.ok(Number(await ask(process.pid)) > MB)
  t.strictSame(helpers(), [pid])
  await Promise.all([close(), close()])
  t.equal(readStat(pid), null, 'gone, and reaped')
})

t.test('whoever has ended counts nothing', async t => {
  const { ask } = proportions(t)
  const living = await sleeper(t)
  const gone = await sleeper(t)
  gone.child.kill('SIGKILL')
  await ended(gone.child)
  const dead = await zombie(t)
  t.ok(Number(await ask(gone.pid, living.pid, dead)) > 0)
  t.equal(await ask(gone.pid, dead), null, 'of nobody there is no size')
  t.equal(await ask(), null)
  t.equal(await ask(Number.NaN, -1, 0, 1.5), null, 'nor of what is no pid')
})

/** Under root the host has to be somebody else, who may look at nobody of ours. */
function otherUser(): { before: string[]; skip: string | false } {
  if (process.getuid?.() !== 0) return { before: [], skip: false }
  const [setpriv, ...options] = NOBODY as [string, ...string[]]
  const readable = ['/bin/sh', '-c', '[ -r "$1" ] && "$2" -v', 'sh', FIXTURE, process.execPath]
  const works = spawnSync(setpriv, [...options, ...readable]).status === 0
  return {
    before: NOBODY,
    skip: works ? false : 'root may read everybody, and setpriv cannot run this Node as another user',
  }
}

const { before, skip } = otherUser()
t.test('one who lives and cannot be read leaves the whole unknown', { skip }, async t => {
  const rootOwns = before.length === 0 ? 1 : (await sleeper(t)).pid
  const { line } = await host(t, before, 'stay', 'self', String(rootOwns))
  t.match(line, /^\d{7,} null$/)
})

t.test('a helper killed between two questions is replaced', async t => {
  const { ask } = proportions(t)
  await ask(process.pid)
  const [pid] = helpers() as [number]
  process.kill(pid, 'SIGKILL')
  await until('it is reaped', () => readStat(pid) === null)
  t.ok(Number(await ask(process.pid)) > MB)
  t.not(helpers()[0], pid)
})

t.test('a helper killed during a question: null, and the next question has a new one', async t => {
  const { ask } = proportions(t, { timeoutMs: 60_000 })
  const pid = await stopped(ask)
  const [first, second] = [ask(process.pid), ask(process.pid)]
  process.kill(pid, 'SIGKILL')
  t.equal(await first, null)
  t.ok(Number(await second) > MB)
})

t.test('a helper that hangs: null in time, and whoever waited has a new one', async t => {
  const timeoutMs = 1000
  const { ask } = proportions(t, { timeoutMs })
  const pid = await stopped(ask)
  const begun = performance.now()
  const waited = [ask(process.pid), ask(process.pid), ask(process.pid)]
  t.equal(await waited[0], null)
  t.ok(performance.now() - begun >= timeoutMs - 2, 'not before its time')
  for (const answer of await Promise.all(waited.slice(1))) t.ok(Number(answer) > MB)
  await until('the one that hung is reaped', () => readStat(pid) === null)
  t.equal(helpers().length, 1)
})

t.test('a hundred questions at once have a hundred answers, in their order', async t => {
  const { ask } = proportions(t)
  const order: number[] = []
  const questions = Array.from({ length: 100 }, async (_, index) => {
    const answer = await ask(process.pid)
    order.push(index)
    return answer
  })
  const answers = await Promise.all(questions)
  t.ok(answers.every(answer => Number(answer) > MB))
  t.strictSame(order, [...order.keys()])
  t.equal(helpers().length, 1)
})

t.test('close answers what is open, ends a helper that hangs without waiting for it, and is for good', async t => {
  const { ask, close } = proportions(t, { timeoutMs: 3_600_000 })
  const pid = await stopped(ask)
  const open = [ask(process.pid), ask(process.pid)]
  const closed = close()
  t.strictSame(await Promise.all(open), [null, null])
  await closed
  t.equal(readStat(pid), null, 'gone, and reaped')
})

t.test('closed, it answers null, and later', async t => {
  const { read, close } = createProportions()
  await close()
  let told = false
  const answered = new Promise(resolve =>
    read([process.pid], bytes => {
      told = true
      resolve(bytes)
    }),
  )
  t.notOk(told, 'not inside the call')
  t.equal(await answered, null)
  t.strictSame(helpers(), [])
})

t.test('out of descriptors: null, and it goes on when there are some', async t => {
  const { line } = await host(t, ['/bin/sh', '-c', 'ulimit -n 128; exec "$@"', 'sh'], 'bare', 'self')
  t.match(line, /^null \d{7,}$/)
})

t.test('a helper keeps no host alive', async t => {
  const { child } = await host(t, [], 'leave', 'self')
  t.equal(await ended(child), 0)
})

t.test('it ends with its host, however that ended', async t => {
  const { pid } = await host(t, [], 'stay', 'self')
  const [helper] = helpers(pid) as [number]
  const identity = { pid: helper, start: startTime(helper) }
  process.kill(pid, 'SIGKILL')
  await until('the helper is gone', () => !isSame(identity))
})

t.test('the script takes nothing but digits for a pid, half a line for none, and no terminal ends it', async t => {
  const script = await start(t, '/bin/sh', ['-c', `echo ready; ${PROPORTIONS_SCRIPT}`])
  await until('it waits', () =>
    readFileSync(`/proc/${script.pid}/status`, 'latin1').includes('SigIgn:\t0000000000004007'),
  )
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) script.child.kill(signal)
  const answers: string[] = []
  script.child.stdout?.setEncoding('latin1').on('data', text => answers.push(text))
  script.child.stdin?.end(`1 ../${script.pid} * self $(exit) -1\n2\n\n3 ${script.pid} x\n4 ${script.pid}`)
  t.equal(await ended(script.child), 0)
  await until('all is heard', () => answers.join('').split('\n').length === 4)
  t.match(answers.join(''), /^1 - - - - -\n2\n3 \d+ -\n$/)
})
