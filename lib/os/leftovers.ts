/** Children of a watcher thread that died: nobody can reap them, but none may live on beside its successor. */
import type { Life } from '../wire/lives.js'
import type { Signals } from './ports.js'

const LOOK_MS = 50

/** Settles when all are gone. They saw their channel end, and the guard is at them; who outlasts `patienceMs` is killed here. */
export async function endLeftovers(
  lives: readonly Life[],
  patienceMs: number,
  isSame: (life: Life) => boolean,
  signals: Signals,
): Promise<void> {
  const isLeft = (life: Life) => isSame(life) || signals.groupAlive(life.pid)
  const killAt = performance.now() + patienceMs
  for (let left = lives.filter(isLeft); left.length > 0; left = left.filter(isLeft)) {
    if (performance.now() >= killAt) for (const life of left) killLeftover(life, isSame, signals)
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
}

/** One that shares its host's group has no group to be signalled. */
export function killLeftover(life: Life, isSame: (life: Life) => boolean, signals: Signals): void {
  if (!signals.group(life.pid, 'SIGKILL') && isSame(life)) signals.one(life.pid, 'SIGKILL')
}

/** Its end is asked for: its channel, which would have told it, is still open. */
export function warnLeftover(life: Life, isSame: (life: Life) => boolean, signals: Signals): void {
  if (!isSame(life)) return
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) {
    if (!signals.group(life.pid, signal)) signals.one(life.pid, signal)
  }
}
