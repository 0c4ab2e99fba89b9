/** Shells that read what may hang in the kernel: a thread that does so itself could be held up for as long. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { ADOPT_ENV } from '../wire/beats.js'

/** The system's own, whatever the host's are. */
const TOOLS = '/usr/local/bin:/usr/bin:/bin'

export interface HelperOptions {
  readonly script: string
  /** By which people know it in a list of processes. */
  readonly name: string
  readonly args?: readonly string[]
  /** Each piece of its stdout. */
  readonly hear: (text: string) => void
}

/** Like the guard it outlives a terminal, and it never keeps the host alive. It leads a group of its own. */
export function spawnHelper({ script, name, args = [], hear }: HelperOptions): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', script, name, ...args], {
    cwd: '/',
    env: { PATH: TOOLS, LC_ALL: 'C', [ADOPT_ENV]: '0' },
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  shell.unref()
  for (const stream of [shell.stdin, shell.stdout] as (Socket | null | undefined)[]) {
    stream?.unref()
    // EPIPE: the shell is gone, and its exit says so.
    stream?.on('error', () => {})
  }
  shell.stdout?.setEncoding('utf8').on('data', hear)
  return shell
}

/** Calls `hear` with each whole line. */
export function byLine(hear: (line: string) => void): (text: string) => void {
  let rest = ''
  return text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    lines.forEach(hear)
  }
}

/** With whoever it has started, and its pipes: whoever hangs in the kernel would hold them open. */
export function killHelper(shell: ChildProcess): void {
  // Reaped, its number may be somebody else's.
  if (shell.pid !== undefined && shell.exitCode === null && shell.signalCode === null) killGroup(shell.pid)
  shell.stdin?.destroy()
  shell.stdout?.destroy()
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left of it.
  }
}

/** Settles when all of them are reaped, or at that time. The wait keeps the host alive. */
export async function reaped(shells: ReadonlySet<ChildProcess>, timeoutMs: number): Promise<void> {
  const exits = [...shells].map(shell => {
    shell.ref()
    return new Promise(done => shell.once('exit', done).once('error', done))
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise(resolve => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([Promise.all(exits), late])
  clearTimeout(timer)
  for (const shell of shells) shell.unref()
}
