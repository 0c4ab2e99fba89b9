/** Who died, how, and what came before: an incident's first questions. */
import { formatMs } from '../core/units.js'
import type { Incident } from '../wire/incident.js'
import { zeroOf } from './curves.js'
import type { Pairs, Table } from './rows.js'
import { after, stamp } from './words.js'

export const whoOf = ({ child: { kind, name } }: Incident): string => (kind === 'worker' ? name : `${kind} ${name}`)

/** `offset`: minutes east of UTC, of the reader. */
export function summaryOf(incident: Incident, offset: number): Pairs {
  const { child, exit, host, at } = incident
  const { activity } = child
  const rows: (readonly [string, string | null])[] = [
    ['When', stamp(at, offset)],
    ['Who', `${whoOf(incident)}, life ${child.life}${child.pid === null ? '' : `, pid ${child.pid}`}`],
    ['Lived', formatMs(exit.uptime)],
    ['Ended with', endOf(incident)],
    ['Was doing', activity && `${activity.text} (said ${formatMs(Math.max(0, at - activity.at))} before its end)`],
    ['Command', child.command],
    ['Folder', child.cwd],
    ['Environment', envOf(child.env)],
    ['Core', exit.core],
    ['Host', `${host.command} (pid ${host.pid}, in ${host.cwd})`],
    ['Versions', `osqwatch ${host.version}, Node ${host.node}, ${host.platform} ${host.arch}`],
  ]
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '')
}

const CAUSES: Readonly<Record<Incident['exit']['cause'], string>> = {
  limit: 'a limit was broken',
  requested: 'it was asked to end',
  exited: 'by itself',
  crashed: 'by crashing',
  signal: "somebody else's signal",
  oom: 'the kernel was out of memory',
  heap: 'its JavaScript heap was exhausted',
  spawn: 'it could not be started',
}

function endOf({ exit: { signal, code, cause } }: Incident): string {
  const how = signal ?? (code === null ? 'an exit code that nobody saw' : `exit code ${code}`)
  return `${how}: ${CAUSES[cause] ?? cause}`
}

const envOf = (env: Incident['child']['env']): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

/** Times are from the verdict on; where there was none, from the end. */
export function ladderOf(incident: Incident): Table {
  const rows = incident.ladder.map(({ at, rung, message }) => [after(at - zeroOf(incident)), rung, message])
  return { head: ['After', 'Rung', 'As it was told'], rows, figures: [0] }
}

/** What was told of the child before, the newest last. */
export function eventsOf(incident: Incident): Table {
  const { events } = incident.recording
  const rows = events.map(({ at, life, type, message }) => [after(at - zeroOf(incident)), String(life), type, message])
  return { head: ['After', 'Life', 'Event', 'As it was told'], rows, figures: [0, 1] }
}
