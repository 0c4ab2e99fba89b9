/** Signals to this process are for its worker, which is to get each exactly once. */
import type { Commands } from '../wire/commands.js'
import type { Outcomes } from './outcome.js'

/** What a terminal sends to its whole foreground group. */
const TERMINAL = ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', ...TERMINAL])
const SHARED = ['SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGABRT', 'SIGALRM', 'SIGVTALRM', 'SIGIO', 'SIGPWR'] as const
const OWN = [...SHARED, ...TERMINAL, 'SIGWINCH', 'SIGCONT'] as const

export interface Passing {
  /** With the worker in this process's own group, the terminal's signals have reached it already. */
  readonly group: 'own' | 'shared'
  /** ms that a first SIGTERM leaves; whoever sends it has patience of their own, and Infinity leaves it to them. */
  readonly patience: number
  /** ms that whoever asks a second time leaves. */
  readonly hurry: number
  readonly pass: (...what: Parameters<Commands['pass']>) => void
}

export function passSignals({ group, patience, hurry, pass }: Passing, outcomes: Outcomes): void {
  const asked = new Set<string>()
  const forward = (signal: NodeJS.Signals) => {
    const again = asked.has(signal)
    asked.add(signal)
    if (ENDING.has(signal)) outcomes.asked(signal)
    const first = signal === 'SIGTERM' ? patience : null
    const hurries = again && (signal === 'SIGTERM' || signal === 'SIGINT')
    pass('worker', signal, hurries ? hurry : first, true)
  }
  const noted = (signal: NodeJS.Signals) => {
    outcomes.asked(signal)
    pass('worker', signal, null, false)
  }
  for (const signal of group === 'own' ? OWN : SHARED) listen(signal, forward)
  if (group === 'shared') for (const signal of TERMINAL) listen(signal, noted)
}

/** There are systems that do not have them all. */
function listen(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): void {
  try {
    process.on(signal, listener)
  } catch {}
}
