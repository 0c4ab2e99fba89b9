/** No process outlives its test, however the test ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { bearers, isAlive, killNow } from '../e2e/processes.js'
import { until } from '../e2e/until.js'
import { hops } from '../faults/hops.js'
import { fixture, root } from '../fixtures/paths.js'

const NEVER_MS = '300000'
/** For processes that are meant to stay. */
const GRACE_MS = '300'

/** A program that passes one assertion, starts what `script` starts, and ends as `end` says. */
const program = (script: string, end = '') => `
  const { spawn } = require('node:child_process')
  console.log('TAP version 14\\nok 1 - it holds\\n1..1')
  spawn('sh', ['-c', ${JSON.stringify(script)}], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] }).unref()
  ${end}`

const stays = 'sleep 1000 & exec setsid sleep 1001'

/** A folder by which processes are found; whatever a failed test leaves is killed with it. */
function markFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-runner-'))
  t.teardown(() => {
    for (const { pid } of bearers(folder)) killNow(pid)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function runProgram(t: Test, folder: string, source: string, ...times: string[]): ChildProcess {
  const file = join(folder, 'program.cjs')
  writeFileSync(file, source)
  const runner = spawn(process.execPath, [fixture('runner.mjs'), folder, file, ...times], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(() => runner.kill('SIGKILL'))
  return runner
}

async function resultOf(runner: ChildProcess): Promise<{ code: number; tap: string }> {
  const ended = once(runner, 'exit')
  const tap = await text(runner.stdout as NonNullable<ChildProcess['stdout']>)
  const [code] = await ended
  return { code, tap }
}

/** SIGHUP tells whether a program has handlers: Node itself catches SIGINT and SIGTERM from the start. */
function catches(pid: number, signal: NodeJS.Signals): boolean {
  const [, mask] = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n
}

const alive = (folder: string) => bearers(folder).filter(({ pid }) => isAlive(pid))

t.test('a program passes if what it started ends soon', async t => {
  const folder = markFolder(t)
  const { code, tap } = await resultOf(runProgram(t, folder, program('sleep 0.2'), NEVER_MS))
  t.equal(code, 0, tap)
  t.match(tap, /^ok 1 - program/m)
})

for (const [what, script] of Object.entries({
  'processes that stay, one of them in a session of its own': stays,
  'a chain of processes, each of which starts the next': hops('setsid', 0.02),
})) {
  t.test(`${what}: they are killed, and the program fails`, async t => {
    const folder = markFolder(t)
    const { code, tap } = await resultOf(runProgram(t, folder, program(script), NEVER_MS, GRACE_MS))
    t.equal(code, 1)
    t.match(tap, /^not ok 1 - program/m)
    t.match(tap, /outlived:\n +- \S*\d+ .*s/, 'the processes are named')
    t.strictSame(alive(folder), [])
  })
}

t.test('a program that is killed leaves nothing behind', async t => {
  const folder = markFolder(t)
  const runner = runProgram(t, folder, program(stays, 'setInterval(() => {}, 1000)'), NEVER_MS, GRACE_MS)
  const { pid } = await until('the program has started its processes', () =>
    alive(folder).length < 3 ? null : alive(folder).find(({ command }) => command.includes('program.cjs')),
  )
  killNow(pid)
  const { code, tap } = await resultOf(runner)
  t.equal(code, 1)
  t.match(tap, /signal: SIGKILL/)
  t.strictSame(alive(folder), [])
})

t.test('a program that takes too long leaves nothing behind', async t => {
  const folder = markFolder(t)
  const { code, tap } = await resultOf(
    runProgram(
      t,
      folder,
      program(stays, "process.on('SIGALRM', () => {}); setInterval(() => {}, 1000)"),
      '3000',
      GRACE_MS,
    ),
  )
  t.equal(code, 1)
  t.match(tap, /timeout!/)
  t.strictSame(alive(folder), [])
})

t.test('a run that is killed leaves neither processes nor its folder behind', async t => {
  const folder = markFolder(t)
  mkdirSync(join(folder, 'state'))
  const janitor = spawn(process.execPath, [join(root, 'scripts/test-janitor.js'), folder], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const env = { PATH: `${process.env.PATH}:${folder}` }
  spawn('sh', ['-c', stays], { env, detached: true, stdio: 'ignore' }).unref()
  await until('they run', () => alive(folder).length === 2)
  await until('the janitor handles signals', () => catches(janitor.pid as number, 'SIGHUP'))
  janitor.kill('SIGTERM')
  const ended = once(janitor, 'exit')
  janitor.stdin.end()
  const said = await text(janitor.stderr)
  t.match(await ended, [0])
  t.match(said, /^(killed a process that outlived the tests: \d+ .*sleep 100.*\n){2}$/)
  t.strictSame(alive(folder), [])
  t.notOk(existsSync(folder))
})
