import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { byLine, killHelper, reaped, spawnHelper } from './helper.js'
import { hasProc, readStat } from './identity.js'
import type { Proportions } from './ports.js'
import { PROPORTIONS_SCRIPT } from './proportions-script.js'
import { hasEnded } from './sampler/stat.js'

const TIMEOUT_MS = 2000
/** Whoever was killed is gone by then, or hangs in the kernel and goes as soon as that lets go of it. */
const REAP_MS = 500

export interface ProportionsOptions {
  /** How long one question may take. */
  readonly timeoutMs?: number
}

type Answer = Parameters<Proportions['read']>[1]

interface Question {
  readonly id: number
  readonly pids: readonly number[]
  readonly answer: Answer
}

/**
 * Asks a kept shell (proportions-script.ts), one question at a time. It is started by the first question, never keeps the host
 * alive, and ends by itself when its stdin does. A helper that does not answer in time is killed and not waited for: it may
 * hang in the kernel on the lock of the process that it reads. Neither method throws. Without /proc every answer is null.
 */
export function createProportions({ timeoutMs = TIMEOUT_MS }: ProportionsOptions = {}): Proportions {
  const waiting: Question[] = []
  /** Everyone who is not reaped yet: the helper, and those that were given up. */
  const living = new Set<ChildProcess>()
  let helper: ChildProcess | null = null
  let asked: Question | null = null
  let deadline: NodeJS.Timeout | undefined
  let lastId = 0
  let closing: Promise<void> | null = null

  function next(): void {
    if (asked !== null) return
    const question = waiting.shift()
    if (question === undefined) return
    asked = question
    helper ??= start()
    deadline = setTimeout(giveUp, timeoutMs).unref()
    // Without descriptors (EMFILE) spawn gives no streams; its error event follows.
    helper?.stdin?.write(`${question.id} ${question.pids.join(' ')}\n`)
    if (helper === null) setImmediate(settle, question.id, null)
  }

  function start(): ChildProcess | null {
    try {
      const started = spawnHelper({ script: PROPORTIONS_SCRIPT, name: 'osqwatch-proportions', hear: byLine(hear) })
      living.add(started)
      started.once('exit', () => lose(started))
      started.on('error', () => lose(started))
      return started
    } catch {
      return null
    }
  }

  function hear(line: string): void {
    const [id, ...sizes] = line.split(' ')
    if (asked !== null && asked.id === Number(id)) settle(asked.id, total(asked.pids, sizes))
  }

  function lose(ended: ChildProcess): void {
    living.delete(ended)
    if (ended !== helper) return
    helper = null
    if (asked !== null) settle(asked.id, null)
  }

  function giveUp(): void {
    if (helper !== null) killHelper(helper)
    helper = null
    if (asked !== null) settle(asked.id, null)
  }

  /** The next question goes out first: an answer is somebody else's code. */
  function settle(id: number, bytes: number | null): void {
    if (asked?.id !== id) return
    const { answer } = asked
    asked = null
    clearTimeout(deadline)
    next()
    answer(bytes)
  }

  async function close(): Promise<void> {
    clearTimeout(deadline)
    const open = asked === null ? waiting : [asked, ...waiting]
    for (const { answer } of open.splice(0)) setImmediate(answer, null)
    waiting.length = 0
    asked = null
    for (const one of living) killHelper(one)
    await reaped(living, REAP_MS)
  }

  return {
    read(pids, answer) {
      if (!hasProc || closing !== null) {
        setImmediate(answer, null)
        return
      }
      waiting.push({ id: ++lastId, pids: [...pids], answer })
      next()
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Bytes of all of them; null if one lives that could not be read, or if none was. */
function total(pids: readonly number[], sizes: readonly string[]): number | null {
  let kilobytes: number | null = null
  for (const [index, pid] of pids.entries()) {
    const size = Number.parseInt(sizes[index] ?? '-', 10)
    if (!Number.isNaN(size)) kilobytes = (kilobytes ?? 0) + size
    else if (lives(pid)) return null
  }
  return kilobytes === null ? null : kilobytes * 1024
}

function lives(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== null && !hasEnded(stat) && hasMemory(pid)
}

/** On its way out a process gives its memory back first: for a moment it lives, and has none to be read. */
function hasMemory(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/statm`, 'latin1').startsWith('0 ')
  } catch {
    return false
  }
}
