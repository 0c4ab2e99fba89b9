/** Real processes for tests: none outlives its test, and nothing is waited for without a deadline. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { readStat } from '../../lib/os/identity.js'
import { until } from '../e2e/until.js'

export { until }

export const DEADLINE_MS = 300_000

export type Owner = Pick<Test, 'teardown'>

export interface Started {
  readonly child: ChildProcess
  readonly pid: number
  /** The first line that it printed. */
  readonly line: string
}

/** Starts a program as leader of its own group, and waits for its first line. */
export async function start(t: Owner, command: string, args: string[]): Promise<Started> {
  const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const pid = child.pid as number
  t.teardown(() => endGroup(child))
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(DEADLINE_MS) })
  return { child, pid, line: String(line) }
}

/** Ends the whole group, but never one whose leader was reaped long ago and whose number may be somebody else's. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  process.kill(-(child.pid as number), 'SIGKILL')
  await ended(child)
}

export const shell = (t: Owner, script: string) => start(t, '/bin/sh', ['-c', script])

export const node = (t: Owner, script: string) => start(t, process.execPath, ['-e', script])

export const sleeper = (t: Owner) => shell(t, 'echo ready; exec sleep 100')

/** A pid that has ended and that nobody reaps: its parent is stopped. It led its own group. */
export async function zombie(t: Owner): Promise<number> {
  const script = `const { spawn } = require('node:child_process')
    console.log(spawn('/bin/sh', ['-c', 'read line'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }).pid)
    setInterval(() => {}, 1000)`
  const parent = await node(t, script)
  const pid = Number(parent.line)
  process.kill(parent.pid, 'SIGSTOP')
  await until('its parent is stopped', () => stateOf(parent.pid) === 'T')
  process.kill(pid, 'SIGKILL')
  await until('it is a zombie', () => stateOf(pid) === 'Z')
  return pid
}

/** How it ended: a signal's name, or an exit code. */
export async function ended(child: ChildProcess): Promise<string | number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, 'exit', { signal: AbortSignal.timeout(DEADLINE_MS) })
  }
  return child.signalCode ?? child.exitCode
}

export function stateOf(pid: number): string | null {
  const stat = readStat(pid)
  return stat && String.fromCharCode(stat.state)
}
