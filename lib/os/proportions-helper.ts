import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { PROPORTIONS_SCRIPT } from './proportions-script.js'

/** Tells each line of its stdout. Like the guard it outlives a terminal, and it never keeps the host alive. */
export function spawnHelper(hear: (line: string) => void): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', PROPORTIONS_SCRIPT, 'osqwatch-proportions'], {
    cwd: '/',
    env: { LC_ALL: 'C' },
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  shell.unref()
  for (const stream of [shell.stdin, shell.stdout] as (Socket | null | undefined)[]) {
    stream?.unref()
    // EPIPE: the shell is gone, and its exit says so.
    stream?.on('error', () => {})
  }
  let rest = ''
  shell.stdout?.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    lines.forEach(hear)
  })
  return shell
}

/** Its pipes, too: whoever hangs in the kernel would hold them open. */
export function killHelper(shell: ChildProcess): void {
  shell.kill('SIGKILL')
  shell.stdin?.destroy()
  shell.stdout?.destroy()
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
