/** A world in which time passes when the test says so. Everything that the supervisor does to it ends in one log. */
import type { Pulse, Sample, Writable } from '../../lib/core/samples.js'
import type {
  Ending,
  Escapees,
  Examination,
  Forensics,
  LaunchEvents,
  Probe,
  SelfSample,
  SpawnFailure,
} from '../../lib/os/ports.js'
import type { Ports } from '../../lib/supervisor/context.js'
import { Supervisor } from '../../lib/supervisor/supervisor.js'
import type { ExamineMessage } from '../../lib/wire/beats.js'
import type { ChildConfig, WatcherConfig } from '../../lib/wire/commands.js'
import type { WatcherEvent } from '../../lib/wire/events.js'
import type { MachineState } from '../../lib/wire/evidence.js'
import type { Incident, IncidentHost } from '../../lib/wire/incident.js'
import { Lives } from '../../lib/wire/lives.js'
import { policy } from '../core/script.js'

const MB = 1024 * 1024
/** So long an adopted child has lived already. */
export const ADOPTED_AGE_MS = 60_000

const HOST: IncidentHost = {
  ...{ pid: 1, command: 'host', cwd: '/', version: '0', node: 'v20.0.0', platform: 'linux', arch: 'x64' },
}
const MACHINE: MachineState = {
  ...{ cores: 4, load: null, memory: { total: 1000 * MB, available: null }, swap: null },
  pressure: { cpu: null, memory: null, io: null },
}

/** One fake process. */
export interface Process {
  readonly pid: number
  readonly events: LaunchEvents
  sample: Writable<Omit<Sample & Pulse, 'at'>>
  /** Of each of its members. */
  memberBytes: number
  /** false: nothing is told of its members, as when there are no descriptors. */
  isListed: boolean
  /** ms of CPU that a look at its memory takes the watcher. */
  lookMs: number
  /** ms that others have the watcher's processor during such a look. */
  waitMs: number
  /** Its descendants: pid and whether it has left the process group. */
  readonly descendants: Map<number, 'in the group' | 'left it'>
  traced: boolean
  /** Is its end of the channel open? */
  hears: boolean
  /** Has it a helper thread that testifies? `late`: it will have. */
  witness: boolean | 'late'
  /** Adopted: whether it has ended, and what of that its probe can still tell. */
  sight: 'seen' | 'gone'
  ending: Ending | null
  /** Members of its group that outlive it. */
  remnants: boolean
  /** After SIGKILL: does it wait for a processor? */
  dying: boolean
  onSignal: (signal: string) => void
}

export class World {
  now = 0
  /** ms by which the wall clock is ahead of the monotonic one. */
  ahead = 0
  readonly log: string[] = []
  readonly events: WatcherEvent[] = []
  /** When memory alone was looked at, and whose. */
  readonly memoryLooks: [number, string][] = []
  /** Readings with shared pages counted once: which pids, and how to answer. */
  readonly readings: { readonly pids: readonly number[]; answer(bytes: number | null): void }[] = []
  /** What is found out about deaths, and the incidents that were kept. */
  readonly incidents: Incident[] = []
  readonly forensics: Writable<Forensics> = {
    host: HOST,
    machine: () => MACHINE,
    watchKernel: () => {},
    kernelKilled: () => false,
    lastWords: () => null,
    forget: () => {},
    saysHeapExhausted: text => text.includes('heap'),
    examine: (pids, withinMs, answer) => void this.examinations.push({ pids, withinMs, answer }),
    testimony: async () => [],
    dropTestimony: async () => {},
    core: async () => null,
    keep: async incident => ({ path: `/incidents/${this.incidents.push(incident)}.json` }),
    close: async () => void this.log.push('forensics close'),
  }
  readonly examinations: { pids: readonly number[]; withinMs: number; answer: (found: Examination) => void }[] = []
  /** Have children that are launched from now on a helper thread that testifies? */
  witnesses: boolean | 'late' = false
  /** What the environment of each launched life had besides, by name. */
  readonly extras: [string, Readonly<Record<string, string>>][] = []
  /** What was sent to children on their channels. */
  readonly sent: object[] = []
  /** Why none can be launched; null: they can. */
  failure: SpawnFailure | null = null
  /** Signals to pids that are no child's. */
  onStrangerSignal: (signal: string) => void = () => {}
  /** false: the system refuses every signal. */
  isSignalled = true
  wakes = 0
  /** What chance has to say, every time. */
  chance = 0
  readonly processes = new Map<string, Process>()
  readonly lives = new Lives()
  /** Who left a life for good, by its mark. */
  readonly escaped = new Map<string, Set<number>>()
  readonly escapees: Escapees = {
    find: ({ mark }, answer) => {
      const found = [...(this.escaped.get(mark) ?? [])].map(pid => ({ pid, start: `${pid}` }))
      queueMicrotask(() => answer(found))
    },
    isSame: ({ pid }) => [...this.escaped.values()].some(pids => pids.has(pid)),
  }
  readonly supervisor: Supervisor
  self: SelfSample = { threadMs: 0, waitMs: 0, rss: 50 * MB, heapUsed: 1, heapLimit: 100 }
  #alarm: { at: number; wake: () => void } | null = null
  #nextPid = 100

  constructor(children: readonly ChildConfig[], changes: Partial<WatcherConfig> = {}) {
    const own = { level: 'app', policy: policy(), onShutdown: 'emit', judgeHost: false, sampler: 'auto' } as const
    this.supervisor = new Supervisor(
      {
        ...own,
        overhead: Infinity,
        respawnsPerMinute: Infinity,
        killsPerMinute: Infinity,
        endWithWorker: false,
        socket: null,
        incidents: null,
        ledger: null,
        children,
        ...changes,
      },
      this.#ports(),
    )
  }

  /** Time passes up to `ms` from now; alarms ring on the way, each `late` ms after it was due. */
  async pass(ms: number, late = 0): Promise<void> {
    const until = this.now + ms
    await settled()
    while (this.#alarm !== null && this.#alarm.at + late <= until) {
      const { at, wake } = this.#alarm
      this.#alarm = null
      this.now = Math.max(this.now, at + late)
      this.wakes++
      wake()
      await settled()
    }
    this.now = until
  }

  process(name: string): Process {
    const process = this.processes.get(name)
    if (process === undefined) throw new Error(`no process of ${name}`)
    return process
  }

  /** It says hello and answers pings from now on. */
  greet(name: string, state: { usr1?: boolean; inspector?: boolean } = {}): void {
    const { pid, events } = this.process(name)
    events.heard({ type: 'hello', pid, usr1: false, inspector: false, ...state })
  }

  ended(name: string, code: number | null, signal: string | null = null): void {
    this.process(name).events.exited(code, signal)
  }

  /** Events of these types, as `type child`. */
  told(...types: string[]): string[] {
    return this.events
      .filter(event => types.includes(event.type))
      .map(event => ('child' in event ? `${event.type} ${event.child}` : event.type))
  }

  #ports(): Ports {
    const nameOf = (pid: number) => [...this.processes].find(([, process]) => process.pid === pid)?.[0] ?? `pid ${pid}`
    return {
      clock: {
        now: () => this.now,
        wall: () => this.now + this.ahead,
        alarm: (at, wake) => {
          this.#alarm = at === null || at === Number.POSITIVE_INFINITY ? null : { at: Math.max(at, this.now), wake }
        },
      },
      sampler: {
        quickestMs: 20,
        open: pid => this.#probe(nameOf(pid), pid),
        self: () => this.#lookAtSelf(),
        relent: () => this.log.push('sampler relents'),
      },
      proportions: {
        read: (pids, answer) => void this.readings.push({ pids, answer }),
        close: async () => void this.log.push('proportions close'),
      },
      launcher: {
        launch: (config, life, events, extra = {}) => {
          this.extras.push([config.name, extra])
          return this.#launch(config, life, events)
        },
      },
      signals: {
        one: (pid, signal) => this.#signal(nameOf(pid), signal, 'one'),
        group: (pid, signal) => this.#signal(nameOf(pid), signal, 'group'),
        isMember: pid => nameOf(pid) !== `pid ${pid}`,
        groupAlive: pid => this.processes.get(nameOf(pid))?.remnants ?? false,
        isDying: pid => this.processes.get(nameOf(pid))?.dying ?? false,
        isGroupDying: pid => this.processes.get(nameOf(pid))?.dying ?? false,
      },
      forensics: this.forensics,
      guard: {
        open: () => {},
        watch: ({ pid }) => this.log.push(`guard watches ${nameOf(pid)}`),
        forget: pid => this.log.push(`guard forgets ${nameOf(pid)}`),
        close: async () => void this.log.push('guard closes'),
      },
      lives: this.lives,
      escapees: this.escapees,
      chance: () => this.chance,
      endHost: reason => this.log.push(`host ends: ${reason}`),
      emit: event => {
        this.events.push(event)
        if (event.type !== 'sample') this.log.push(`${event.type}${'child' in event ? ` ${event.child}` : ''}`)
      },
    }
  }

  #launch(config: ChildConfig, life: number, events: LaunchEvents) {
    const pid = config.run.type === 'adopted' ? config.run.pid : this.#nextPid++
    const sample = { cpuMs: 0, rss: 50 * MB, processes: 1, state: 'S', ranMs: 0, waitMs: 0 }
    const quiet = {
      traced: false,
      sight: 'seen' as const,
      ending: null,
      remnants: false,
      dying: false,
      memberBytes: MB,
      isListed: true,
      lookMs: 0,
      waitMs: 0,
      descendants: new Map(),
      onSignal: () => {},
      hears: true,
      witness: this.witnesses,
    }
    const process: Process = { pid, events, sample, ...quiet }
    this.processes.set(config.name, process)
    const isOurs = config.run.type !== 'adopted'
    const { failure } = this
    const mark = isOurs ? `${config.name} ${life}` : undefined
    queueMicrotask(() => {
      if (failure === null) events.spawned(pid, isOurs ? 0 : ADOPTED_AGE_MS, mark)
      else events.failed(failure)
    })
    return {
      send: (message: { type: string }) => {
        this.log.push(`${message.type} to ${config.name}`)
        this.sent.push(message)
        return true
      },
      examine: (question: ExamineMessage) => {
        this.log.push(`examine ${config.name} for ${question.profileMs} ms: ${question.want}`)
        return process.witness === true
      },
      get testimony() {
        return process.witness !== false ? `/evidence/${config.name}` : null
      },
      hears: () => process.hears,
      close: () => {},
    }
  }

  #probe(name: string, pid: number): Probe {
    const process = this.process(name)
    const seen = (into: object, what: object) => {
      Object.assign(into, { at: this.now }, what)
      return process.sight
    }
    return {
      pid,
      start: String(pid),
      look: into => {
        this.log.push(`look at ${name}`)
        const { cpuMs, rss, processes, state } = process.sample
        return seen(into, { cpuMs, rss, processes, state })
      },
      lookAtMemory: into => {
        this.memoryLooks.push([this.now, name])
        this.now += process.lookMs + process.waitMs
        this.self = { ...this.self, threadMs: this.self.threadMs + process.lookMs }
        const { rss, processes } = process.sample
        return seen(into, { rss, processes })
      },
      pulse: into => {
        const { ranMs, waitMs, state } = process.sample
        return seen(into, { ranMs, waitMs, state })
      },
      members: () => {
        const pids = process.isListed ? [pid, ...process.descendants.keys()] : []
        return pids.map(one => member(one, pid, process.memberBytes))
      },
      strays: () => [...process.descendants].filter(([, where]) => where === 'left it').map(([one]) => one),
      ending: () => process.ending,
      traced: () => process.traced,
      close: () => {},
    }
  }

  #lookAtSelf(): SelfSample {
    this.log.push('look at self')
    return this.self
  }

  #signal(name: string, signal: string, whom: string): boolean {
    this.log.push(`${signal} to ${name}${whom === 'one' ? ' alone' : ''}`)
    const process = this.processes.get(name)
    if (process === undefined) this.onStrangerSignal(signal)
    else process.onSignal(signal)
    return this.isSignalled
  }
}

const member = (pid: number, parent: number, rss: number) => ({ pid, parent, name: 'fake', rss, cpuMs: 0 })

/** Microtasks have run: a launched process is known, a promise of the supervisor has gone on. */
export const settled = () => new Promise<void>(resolve => setImmediate(resolve))

export function childConfig(name: string, changes: Partial<ChildConfig> = {}): ChildConfig {
  const run = { type: 'command', command: name } as const
  const silent = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const
  const place = { args: [], env: {}, cwd: '/', stdio: silent, warnSignal: 'auto', tree: true } as const
  const plain = { ipc: null, client: 'none', group: 'own', keep: false, witness: false } as const
  const kind = name === 'worker' ? 'worker' : 'extension'
  return { name, kind, run, ...place, ...plain, policy: policy({ interval: 3_000, delay: 0 }), ...changes }
}
