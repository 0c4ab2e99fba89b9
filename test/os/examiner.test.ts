import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { createExaminer } from '../../lib/os/examiner.js'
import { parseTelling } from '../../lib/os/examiner-parse.js'
import { EXAMINER_SCRIPT } from '../../lib/os/examiner-script.js'
import { readStat } from '../../lib/os/identity.js'
import type { Examination } from '../../lib/os/ports.js'
import { ended, node, type Owner, shell, sleeper, start, stateOf, until, zombie } from './processes.js'

const PATIENCE_MS = 300_000

function examiner(t: Owner, options = {}) {
  const { examine, close } = createExaminer(options)
  t.teardown(close)
  const ask = (pids: number[], withinMs = PATIENCE_MS) =>
    new Promise<Examination>(answer => examine(pids, withinMs, answer))
  return { examine, ask, close }
}

/** Pids of our helpers, and of whoever works for them. */
function helpers(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 1 && commandOf(pid).includes('\0osqwatch-examiner\0'))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

const alive = setInterval(() => {}, 1000)
t.teardown(() => clearInterval(alive))

t.test('state, threads, mappings and command of a process', async t => {
  const { ask } = examiner(t)
  const one = await node(t, 'globalThis.kept = Buffer.alloc(50e6, 1); console.log(1); setInterval(() => {}, 1000)')
  const { processes, commands, notes } = await ask([one.pid, process.pid])
  t.strictSame(
    processes.map(({ pid }) => pid),
    [one.pid, process.pid],
  )
  const [first] = processes
  t.match(first?.state, /[SR]/)
  t.equal(first?.threads[0]?.tid, one.pid)
  t.ok((first?.threads[0]?.cpuMs ?? 0) > 0, 'it has used some CPU')
  t.ok((first?.threads.length ?? 0) > 4)
  t.ok((first?.mappings.find(({ name }) => name === '[anon]')?.rss ?? 0) > 40e6, 'the buffer')
  t.ok(
    first?.mappings.some(({ name, rss, size }) => name.endsWith('/node') && rss > 0 && size >= rss),
    'the program',
  )
  t.ok((first?.mappings.length ?? 0) <= 12)
  t.match(commands.get(one.pid), `-e 'globalThis.kept`)
  t.strictSame(notes, [])
})

t.test('words that need it are quoted, and what is too long is cut', async t => {
  const { ask } = examiner(t)
  const odd = await start(t, '/bin/sh', ['-c', 'echo ready; read line', 'plain', `it's`, 'two\nlines', ''])
  const long = await start(t, '/bin/sh', ['-c', 'echo ready; read line', 'x'.repeat(10_000)])
  const { commands } = await ask([odd.pid, long.pid])
  t.equal(commands.get(odd.pid), `/bin/sh -c 'echo ready; read line' plain 'it'\\''s' 'two\nlines'`)
  t.ok(commands.get(long.pid)?.endsWith('xxx…'))
  t.ok((commands.get(long.pid)?.length ?? 0) <= 4096)
})

t.test('a stopped process says so; a zombie has no mappings; whoever has ended is noted', async t => {
  const { ask } = examiner(t)
  const still = await sleeper(t)
  const gone = await sleeper(t)
  process.kill(still.pid, 'SIGSTOP')
  await until('it stands still', () => stateOf(still.pid) === 'T')
  gone.child.kill('SIGKILL')
  await ended(gone.child)
  const dead = await zombie(t)
  const { processes, notes } = await ask([dead, gone.pid, still.pid])
  t.strictSame(
    processes.map(({ pid, state }) => [pid, state]),
    [
      [dead, 'Z'],
      [still.pid, 'T'],
    ],
  )
  t.strictSame(processes[0]?.mappings, [])
  t.strictSame(notes, [`had ended: ${gone.pid}`])
})

t.test('many threads and many processes are cut, and it is said', async t => {
  const { ask } = examiner(t)
  const crowd = `require('node:fs').stat('/', () => console.log('ready')); setInterval(() => {}, 1000)`
  const many = await start(t, '/usr/bin/env', ['UV_THREADPOOL_SIZE=90', process.execPath, '-e', crowd])
  const shells = await shell(t, 'for i in 1 2 3 4 5 6 7 8; do sleep 100 & pids="$pids $!"; done; echo $pids; wait')
  const others = [...shells.line.split(' ').map(Number), ...readdirSync('/proc').map(Number)].filter(pid => pid > 0)
  const filler = Array.from({ length: 70 }, (_, index) => 4_000_000 + index)
  const { processes, notes } = await ask([many.pid, ...others.slice(0, 8), ...filler])
  t.equal(processes.length, 9)
  t.equal(processes[0]?.threads.length, 64)
  t.equal(processes[0]?.threads[0]?.tid, many.pid)
  t.equal(processes.filter(({ mappings }) => mappings.length > 0).length, 8)
  const said = notes.join('\n')
  t.match(said, new RegExp(`64 of the \\d+ threads of ${many.pid} were read`))
  t.match(said, 'the first 64 of 79 processes were examined')
  t.match(said, 'mappings are of the first 8 processes')
})

t.test('ten questions at once have an answer each, and leave nobody', async t => {
  const { ask } = examiner(t)
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask([process.pid])))
  for (const { processes } of answers) t.ok((processes[0]?.mappings.length ?? 0) > 0)
  await until('all are reaped', () => helpers().length === 0)
})

/** It says what it can, and hangs on: so does whoever works for it. */
const HANGS = `${EXAMINER_SCRIPT.split('for pid; do\n')[0]}sleep 1000 & echo half a line; sleep 1000`

t.test(
  'one that hangs: what was read by then, in time, and what was not; the reader is killed with its own',
  async t => {
    const { ask } = examiner(t, { script: HANGS })
    const begun = performance.now()
    const { processes, commands, notes } = await ask([process.pid, 4_000_000], 1000)
    t.ok(performance.now() - begun >= 999)
    t.ok((processes[0]?.threads.length ?? 0) > 0)
    t.equal(commands.size, 0)
    t.strictSame(notes, [
      'nothing was read within 1000 ms: 4000000',
      `no command line was read within 1000 ms: ${process.pid}`,
      `no mappings were read within 1000 ms: ${process.pid}`,
    ])
    await until('nobody is left', () => helpers().length === 0)
  },
)

t.test('more than some at once wait, and have their answer in time, too', async t => {
  const { ask, close } = examiner(t, { script: 'sleep 1000' })
  const first = [1, 2, 3, 4].map(() => ask([process.pid]))
  const others = await Promise.all([ask([process.pid], 300), ask([process.pid], 300)])
  for (const { notes } of others)
    t.equal(notes[0], `nothing was read within 300 ms, as others were examined: ${process.pid}`)
  await close()
  t.equal((await Promise.all(first)).length, 4)
})

t.test('a reader that is killed: an answer without it', async t => {
  const { ask } = examiner(t, { script: 'kill -9 $$' })
  const { processes, notes } = await ask([process.pid])
  t.strictSame(processes, [])
  t.match(notes[0], `nothing was read as its reader was killed: ${process.pid}`)
})

t.test('close answers what is open, reaps, and is for good', async t => {
  const { ask, close } = examiner(t, { script: 'sleep 1000' })
  const open = [1, 2, 3, 4, 5].map(() => ask([process.pid]))
  const begun = await until('they are there', () => helpers().length === 4 && helpers())
  await Promise.all([close(), close()])
  for (const { notes } of await Promise.all(open)) t.match(notes[0], 'nothing was read before the end')
  for (const pid of begun) t.equal(readStat(pid), null, 'gone, and reaped')
  t.strictSame((await ask([process.pid])).notes, ['nothing was read: it is closed'])
})

t.test('an answer never comes inside the call, nor for what is no pid', async t => {
  const { examine, ask } = examiner(t)
  let told = false
  examine([], 0, () => {
    told = true
  })
  t.notOk(told)
  t.strictSame(await ask([Number.NaN, -1, 0, 1.5]), { processes: [], commands: new Map(), notes: [] })
  t.ok(told)
  t.match((await ask([process.pid], 0)).notes[0], 'nothing was read within 0 ms')
})

for (const [name, ...args] of [['dash'], ['bash'], ['busybox', 'sh']] as [string, ...string[]][]) {
  const skip = spawnSync(name, [...args, '-c', ':']).status === 0 ? false : 'it is not here'
  t.test(`the script works with ${name}`, { skip }, async t => {
    const { pid } = await sleeper(t)
    const { stdout } = spawnSync(name, [
      ...args,
      '-c',
      EXAMINER_SCRIPT,
      'x',
      '1',
      String(pid),
      String(process.pid),
      '4000000',
    ])
    const { told, whole } = parseTelling(String(stdout))
    t.ok(whole)
    t.strictSame(told.get(pid)?.args, ['sleep', '100'])
    t.equal(told.get(pid)?.threads[0]?.name, 'sleep')
    t.ok(told.get(pid)?.mappings.some(({ name, rss }) => name === '[stack]' && rss > 0))
    t.ok((told.get(pid)?.mapped ?? 0) > 1000)
    t.ok((told.get(process.pid)?.threads.length ?? 0) > 4)
    t.strictSame(told.get(process.pid)?.mappings, [], 'it was not deep')
  })
}

t.test('a name may hold what a line may not', async t => {
  const numbers = ` ${Array.from({ length: 49 }, (_, index) => index).join(' ')}`
  const text = `process 5 2 0\n5 (a) b\nc (d) S${numbers}\n6 (x) R${numbers}\nend 5\nprocess 7 1 f\n`
  const { told, whole } = parseTelling(text)
  t.notOk(whole)
  t.strictSame(told.get(5)?.threads, [
    { tid: 5, name: 'a) b\nc (d', state: 'S', cpuMs: 210 },
    { tid: 6, name: 'x', state: 'R', cpuMs: 210 },
  ])
  t.notOk(told.has(7), 'what is not whole is not there')
})

t.test('names that look like beginnings and ends take no long search', t => {
  const numbers = ` ${Array.from({ length: 49 }, (_, index) => index).join(' ')}`
  const fakes = `9 (\nprocess 1 1 x\n) S${numbers}\n`.repeat(62)
  const one = (pid: number) => `process ${pid} 64 0\n8 (\nend ${pid}\n) S${numbers}\n${fakes}end ${pid}\n`
  const text = Array.from({ length: 64 }, (_, n) => one(n + 2)).join('')
  const before = process.cpuUsage()
  parseTelling(text)
  const { user } = process.cpuUsage(before)
  t.ok(user < 300_000, `${user} µs`)
  t.end()
})
