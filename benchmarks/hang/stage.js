/** Where blocking children write when they blocked. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const path = file => fileURLToPath(new URL(file, import.meta.url))

export function setStage() {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-hang-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'blocked')
  return {
    /** A child that blocks its loop at some moment between the two. */
    blocker: (how, leastMs, mostMs, options) => ({
      module: path('./blocker.js'),
      args: [how, String(leastMs), String(mostMs)],
      stdio: { stdout: file, stderr: join(folder, 'errors') },
      ...options,
    }),
    healthy: () => ({ module: path('./healthy.js'), stdio: 'ignore' }),
    /** When each blocked, ms since the epoch, by pid. */
    blockedAt: () =>
      new Map(
        readFileSync(file, 'latin1')
          .trim()
          .split('\n')
          .map(line => line.split(' ').map(Number)),
      ),
  }
}
