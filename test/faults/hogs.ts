/** Programs that take all the CPU they get. Each is in a session of its own, or the kernel would count them as one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'

/** It ends by itself when the test has gone, however that went. */
const HOG = 'while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done'

/** `before`: a program that becomes the hog, such as `chrt`. All end with the test. */
export function startHogs(t: Test, count: number, before: readonly string[] = []): void {
  const [program = '', ...args] = [...before, 'sh', '-c', HOG]
  const hogs = Array.from({ length: count }, () => spawn(program, args, { detached: true, stdio: 'ignore' }))
  t.teardown(() => Promise.all(hogs.map(end)))
}

/** By pid, and reaped. */
export async function end(one: ChildProcess): Promise<void> {
  if (one.exitCode !== null || one.signalCode !== null) return
  const ended = once(one, 'exit')
  one.kill('SIGKILL')
  await ended
}
