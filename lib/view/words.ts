/** An incident's figures as people read them. */
import { formatBytes, formatMs } from '../core/units.js'
import type { Frame } from '../wire/evidence.js'
import type { Incident } from '../wire/incident.js'

/** `+1.0 s`, `−12.3 s`: before or after the verdict. */
export function after(ms: number): string {
  const sign = ms < 0 ? '−' : '+'
  const size = Math.abs(ms)
  return size < 100 ? `${sign}${Math.round(size)} ms` : `${sign}${(size / 1000).toFixed(1)} s`
}

/** `2026-03-14 15:09:26 UTC`, or as the clock on the wall has it: `offset` is minutes east of UTC. */
export function stamp(at: number, offset = 0): string {
  const there = new Date(at + offset * 60_000)
  if (Number.isNaN(there.getTime())) return 'at no known time'
  const text = there.toISOString().slice(0, 19).replace('T', ' ')
  return offset === 0 ? `${text} UTC` : `${text} ${zone(offset)}`
}

function zone(offset: number): string {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

const HUNG = {
  spinning: 'its loop was spinning',
  stopped: 'it was stopped',
  waiting: 'it waited on I/O',
  blocked: 'it was blocked in a synchronous call',
}

/** What happened, in a few words: `memory grew by 202.1 MB, over 200 MB`. */
export function headline(incident: Incident): string {
  const words = incident.verdict === null ? endWords(incident) : verdictWords(incident.verdict)
  return incident.next.type === 'giveup' ? `${words}; given up` : words
}

function verdictWords({ verdict, limitName, value, limit, hang, rss }: NonNullable<Incident['verdict']>): string {
  if (verdict === 'memory') {
    // memoryHard is of either measure: twice memory, of what has grown.
    const how = limitName === 'memory' || (limitName === 'memoryHard' && value < rss) ? 'memory grew by' : 'memory was'
    return `${how} ${formatBytes(value)}, over ${limitName} ${formatBytes(limit)}`
  }
  if (verdict === 'cpu') return `more CPU than its share for ${formatMs(value)}`
  return `no answer for ${formatMs(value)}: ${hang === null ? 'why is not known' : HUNG[hang]}`
}

function endWords({ exit, evidence }: Incident): string {
  const how = exit.signal ?? (exit.code === null ? 'an exit code that nobody saw' : `exit code ${exit.code}`)
  if (exit.cause === 'heap') return 'its JavaScript heap was exhausted'
  if (exit.cause === 'oom') return 'killed by the kernel, which was out of memory'
  if (exit.cause === 'signal') return `${how} from somebody else`
  if (exit.cause === 'spawn') return 'it could not be started'
  if (exit.cause !== 'crashed') return `ended with ${how}`
  const error = evidence.node.find(({ error }) => error !== null)?.error
  return error ? `crashed: ${error.name}: ${error.message}` : `crashed with ${how}`
}

/** What follows. */
export function nextWords({ next, child, limits }: Incident): string {
  const { respawnLimit } = limits.values
  if (next.type === 'respawn') {
    const failure = child.streak === 0 ? '' : `: failure ${child.streak} of ${respawnLimit ?? 'any number'}`
    return `It is started again in ${formatMs(next.delay ?? 0)}${failure}.`
  }
  const reason = next.reason === null ? '' : `: ${next.reason}`
  return next.type === 'giveup' ? `It is given up and stays down${reason}.` : `It stays down${reason}.`
}

/** `lib/query.js:42:20`; a path within the child's folder is told from there. */
export function placeOf({ file, line, column }: Frame, cwd: string): string {
  const path = file.replace(/^file:\/\//, '')
  const near = cwd !== '' && path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path
  if (near === '' || line === 0) return near
  return column === 0 ? `${near}:${line}` : `${near}:${line}:${column}`
}

export const nameOf = ({ function: name }: Frame): string => (name === '' ? '(anonymous)' : name)

/** `12.3 %` */
export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`
