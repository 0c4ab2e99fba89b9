/** What the supervisor needs to look into a death: a part of ports.ts. */
import type { MachineState, NodeEvidence, ProcessEvidence } from '../wire/evidence.js'
import type { Incident, IncidentHost } from '../wire/incident.js'

/** The end of what a child wrote. */
export interface LastWords {
  readonly text: string
  readonly truncated: boolean
}

/** What the system says of processes, read by another process. `commands`: each one's arguments, as a shell would take them. */
export interface Examination {
  readonly processes: readonly ProcessEvidence[]
  readonly commands: ReadonlyMap<number, string>
  readonly notes: readonly string[]
}

/** How deaths are looked into, and where what was found is kept. What may take long is a promise, or an answer later. */
export interface Forensics {
  readonly host: IncidentHost
  machine(): MachineState
  /** The kernel's counters as they are: who was killed until now was somebody else. */
  watchKernel(): void
  /** Has the kernel killed somebody for want of memory? Each kill that it counts is told once. */
  kernelKilled(): boolean
  /** Of a child that has ended; null: its stderr was not piped. */
  lastWords(child: string, life: number): LastWords | null
  saysHeapExhausted(text: string): boolean
  /** That child is not supervised any more. */
  forget(child: string): void
  /** Exactly one answer, at the latest `withinMs` later. */
  examine(pids: readonly number[], withinMs: number, answer: (found: Examination) => void): void
  /** What the witnesses of those processes have left. */
  testimony(prefix: string, pids: readonly number[]): Promise<readonly NodeEvidence[]>
  /** Nobody asks for it any more: of a prefix that several children share, for what those processes have left. */
  dropTestimony(prefix: string, pids: readonly number[]): Promise<void>
  /** Of a crash: where the core is, or what it was handed to. */
  core(pid: number, cwd: string, endedAt: number): Promise<string | null>
  /** Writes it whole or not at all. */
  keep(incident: Incident): Promise<{ readonly path: string } | { readonly error: string }>
  /** Ends helpers; settles when they are reaped. */
  close(): Promise<void>
}
