/** All that is known of a death, as one record (wire/incident.ts). */
import { LIMIT_NAMES } from '../core/limit-table.js'
import { maskArgs, maskCommand, maskEnv, maskText } from '../core/mask.js'
import type { LimitName, Policy } from '../core/model.js'
import type { LastWords, Member } from '../os/ports.js'
import type { ChildConfig } from '../wire/commands.js'
import type { NodeEvidence } from '../wire/evidence.js'
import type {
  Activity,
  Incident,
  IncidentLimits,
  IncidentNext,
  IncidentProcess,
  IncidentRung,
  ReplayCase,
} from '../wire/incident.js'
import { accountOf } from './account.js'
import type { Context, Supervised } from './context.js'
import type { Draft } from './dossier.js'

/** What was gathered once the life was over. */
export interface Gathered {
  readonly draft: Draft
  readonly streak: number
  readonly next: IncidentNext
  readonly words: LastWords | null
  readonly node: readonly NodeEvidence[]
  readonly core: string | null
}

export function incidentOf(context: Context, supervised: Supervised, gathered: Gathered): Incident {
  const { draft, streak, next, words, node, core } = gathered
  const { forensics } = context.ports
  const { config, recorder } = supervised
  const { inquest, remains, end, message, at } = draft
  const found = inquest?.found ?? { processes: [], commands: new Map<number, string>(), notes: [] }
  const told = recorder.told()
  const silent: Omit<Incident, 'account'> = {
    format: 'osqwatch-incident',
    version: 1,
    at,
    host: forensics.host,
    child: {
      name: config.name,
      kind: config.kind,
      pid: draft.pid,
      life: draft.life,
      streak,
      command: commandOf(config),
      cwd: config.cwd,
      env: maskEnv(ownEnv(config.env)),
      startedAt: remains === null ? null : at - end.uptime,
      activity: activityOf(remains?.activity ?? null),
    },
    verdict: inquest?.verdict ?? null,
    exit: { code: end.code, signal: end.signal, uptime: end.uptime, cause: end.cause, core, message },
    next,
    limits: limitsOf(config.policy),
    ladder: told.filter(({ life, type }) => life === draft.life && isRung(type)).map(rungOf),
    recording: recordingOf(context, supervised),
    tree: (inquest?.tree ?? remains?.tree ?? []).map(member => processOf(member, found.commands)),
    stderr: words && { ...words, text: maskText(words.text) },
    machine: inquest?.machine ?? remains?.machine ?? forensics.machine(),
    evidence: { node, processes: found.processes, notes: [...found.notes, ...(inquest?.notes ?? [])] },
    replay: replayOf(supervised, draft),
  }
  return { ...silent, account: accountOf(silent) }
}

const RUNGS = ['limit', 'warn', 'terminate', 'kill', 'exit'] as const
const isRung = (type: string): type is IncidentRung['rung'] => RUNGS.some(rung => rung === type)
const rungOf = ({ at, type, message }: { at: number; type: string; message: string }): IncidentRung => ({
  at,
  rung: type as IncidentRung['rung'],
  message,
})

function commandOf({ run, args, name }: ChildConfig): string {
  if (run.type === 'module') return maskArgs(['node', ...run.execArgv, run.module, ...args])
  return run.type === 'command' ? maskArgs([run.command, ...args]) : name
}

const activityOf = (said: Activity | null) => said && { ...said, text: maskText(said.text) }

/** What the host has as well says nothing of the child. */
const ownEnv = (env: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(env).filter(([key, value]) => process.env[key] !== value))

function processOf({ pid, parent, name, rss, cpuMs }: Member, commands: ReadonlyMap<number, string>): IncidentProcess {
  const command = commands.get(pid)
  return { pid, parent, name, command: command === undefined ? null : maskCommand(command), rss, cpuMs }
}

/** JSON has no Infinity. */
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

function limitsOf(policy: Policy): IncidentLimits {
  const { level, restart, cores, hardTotal, hardFootprint, sources } = policy
  const hard = { hardTotal: orNull(hardTotal), hardFootprint: orNull(hardFootprint) }
  return { level, restart, cores, values: valuesOf(policy), ...hard, sources }
}

const valuesOf = (policy: Policy) =>
  Object.fromEntries(LIMIT_NAMES.map(name => [name, orNull(policy[name])])) as Record<LimitName, number | null>

function recordingOf({ ports: { clock } }: Context, { recorder }: Supervised): Incident['recording'] {
  const ahead = clock.wall() - clock.now()
  const forPeople = <T extends { at: readonly number[] }>(table: T): T => ({
    ...table,
    at: table.at.map(at => Math.round(at + ahead)),
  })
  const beats = recorder.beats()
  return {
    samples: forPeople(recorder.samples()),
    memory: forPeople(recorder.looks()),
    beats: forPeople({ ...beats, wall: beats.wall.map(Math.round), own: beats.own.map(Math.round) }),
    events: recorder.told(),
  }
}

/** The looks of that life alone. */
function replayOf({ recorder, config }: Supervised, { life, remains }: Draft): ReplayCase {
  const { policy } = config
  const empty = { kind: 'limits', cores: policy.cores, limits: valuesOf(policy) } as const
  if (remains === null) return { ...empty, baseline: null, ticks: [], memory: [] }
  const { bornAt, vitals } = remains
  const seconds = (at: number) => Math.round(at - bornAt) / 1000
  const samples = recorder.samples()
  const looks = recorder.looks()
  const ticks = samples.at.map((at, n) => [seconds(at), samples.cpuMs[n], 0, samples.rss[n]] as const)
  return {
    ...empty,
    baseline: vitals.baselineOnce ?? vitals.baseline,
    ticks: ticks.filter((_, n) => samples.life[n] === life) as unknown as ReplayCase['ticks'],
    memory: looks.at.map((at, n) => [seconds(at), looks.rss[n] as number] as const).filter(([age]) => age >= 0),
  }
}
