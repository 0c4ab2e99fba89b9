/** `--live`: a table of the children instead of lines, and above it what they write. */
import { openLive } from '../live/index.js'
import type { Watcher } from '../watcher.js'
import type { ChildConfig } from '../wire/commands.js'

const ROWS_EVERY_MS = 1000

/** What it writes comes to us: two writers would tear the table apart. */
export function onPipes(child: ChildConfig): ChildConfig {
  return { ...child, stdio: { ...child.stdio, stdout: 'pipe', stderr: 'pipe' } }
}

/** Answers how to end it; the last table stays. */
export function showLive(watcher: Watcher): () => void {
  const live = openLive(process.stderr)
  const ask = () => void watcher.status().then(live.rows, () => {})
  watcher.on('event', live.tell)
  watcher.on('spawn', ({ child }, streams) => {
    streams?.stdout?.on('data', chunk => live.output(chunk, `${child} stdout`))
    streams?.stderr?.on('data', chunk => live.output(chunk, `${child} stderr`))
    ask()
  })
  const timer = setInterval(ask, ROWS_EVERY_MS)
  return () => {
    clearInterval(timer)
    live.close()
  }
}
