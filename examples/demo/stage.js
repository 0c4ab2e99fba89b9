/** What the children of the demo need on disk: a directory for the talk between the worker and tsserver. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Sets the stage; `clear` takes all of it away again. */
export function setStage() {
  const directory = mkdtempSync(join(tmpdir(), 'osqwatch-demo-'))
  const requests = join(directory, 'requests')
  const log = join(directory, 'log')
  execFileSync('mkfifo', [requests])
  return {
    requests,
    log,
    answers: join(directory, 'answers'),
    complaints: join(directory, 'complaints'),
    /** Why each of them died. */
    incidents: join(directory, 'incidents'),
    /** Every answer of tsserver so far: when, to what, and whether it was a useful one. */
    conversation: () => (existsSync(log) ? entries(readFileSync(log, 'utf8')) : []),
    clear: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** The last line may be half written. */
const entries = text =>
  text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
