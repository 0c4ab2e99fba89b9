import type { ChildProcess } from 'node:child_process'
import { quoteWords } from '../core/shell-words.js'
import { examination, parseTelling } from './examiner-parse.js'
import { EXAMINER_SCRIPT, MOST_COMMAND_BYTES } from './examiner-script.js'
import { killHelper, reaped, spawnHelper } from './helper.js'
import { hasProc } from './identity.js'
import type { Examination, Forensics } from './ports.js'

const MOST_PROCESSES = 64
/** Whose mappings are read: a list takes some milliseconds, and the lock of its process for as long. */
const MOST_DEEP = 8
/** Helpers at work. Children that end in a crowd are not to be examined by a crowd. */
const MOST_AT_ONCE = 4
/** Of what one helper prints: more than 64 processes can make it. */
const MOST_CHARS = 4 * 1024 * 1024
const MOST_COMMAND_CHARS = 4096
/** Whoever was killed is gone by then, or hangs in the kernel and goes as soon as that lets go of it. */
const REAP_MS = 500

type Answer = Parameters<Forensics['examine']>[2]

/** What the system tells of processes that are about to be ended. */
export interface Examiner extends Pick<Forensics, 'examine'> {
  /** Ends its helpers; settles when they are reaped. Questions that are open are answered by what was read. */
  close(): Promise<void>
}

interface Question {
  readonly pids: readonly number[]
  readonly answer: Answer
  readonly deadline: NodeJS.Timeout
  readonly withinMs: number
  helper: ChildProcess | null
  text: string
  /** Why there may be something missing. */
  limit: string
}

export interface ExaminerOptions {
  /** What a helper does, as a shell reads it. */
  readonly script?: string
}

/** Each question has a shell of its own (examiner-script.ts), which never keeps the host alive. Neither method throws. */
export function createExaminer({ script = EXAMINER_SCRIPT }: ExaminerOptions = {}): Examiner {
  const waiting: Question[] = []
  const open = new Set<Question>()
  /** Everyone who is not reaped yet. */
  const living = new Set<ChildProcess>()
  let closing: Promise<void> | null = null

  function next(): void {
    while (open.size < MOST_AT_ONCE) {
      const question = waiting.shift()
      if (question === undefined) return
      open.add(question)
      question.limit = `within ${question.withinMs} ms`
      begin(question)
    }
  }

  function begin(question: Question): void {
    const fail = () => finish(question, 'as no shell could be started for it')
    try {
      const args = [MOST_DEEP, ...question.pids.slice(0, MOST_PROCESSES)].map(String)
      const hear = (text: string) => listen(question, text)
      const helper = spawnHelper({ script, name: 'osqwatch-examiner', args, hear })
      question.helper = helper
      if (helper.pid === undefined) return void helper.once('error', fail)
      living.add(helper)
      helper.on('error', () => {})
      helper.once('exit', () => living.delete(helper))
      // Not its exit, which may be told before the last that it has printed.
      helper.once('close', () => finish(question, 'as its reader was killed'))
    } catch {
      setImmediate(fail)
    }
  }

  function listen(question: Question, text: string): void {
    question.text += text
    if (question.text.endsWith('\nwhole\n')) finish(question)
    else if (question.text.length > MOST_CHARS) finish(question, 'for there was more than could be taken')
  }

  /** The next question goes out first: an answer is somebody else's code. */
  function finish(question: Question, limit = question.limit): void {
    const index = waiting.indexOf(question)
    if (index !== -1) waiting.splice(index, 1)
    else if (!open.delete(question)) return
    clearTimeout(question.deadline)
    if (question.helper !== null) killHelper(question.helper)
    next()
    question.answer(found(question.pids, question.text, limit))
  }

  async function close(): Promise<void> {
    for (const question of [...waiting, ...open]) finish(question, 'before the end')
    for (const helper of living) killHelper(helper)
    await reaped(living, REAP_MS)
  }

  return {
    examine(asked, withinMs, answer) {
      const pids = [...new Set(asked)].filter(pid => Number.isSafeInteger(pid) && pid > 0)
      const why = hasProc ? (closing === null ? null : 'nothing was read: it is closed') : 'there is no /proc here'
      if (why !== null || pids.length === 0) return void setImmediate(answer, nothing(why))
      const deadline = setTimeout(() => finish(question), Math.max(0, withinMs)).unref()
      const limit = `within ${withinMs} ms, as others were examined`
      const question: Question = { pids, answer, deadline, withinMs, helper: null, text: '', limit }
      waiting.push(question)
      next()
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

const nothing = (why: string | null): Examination => ({
  processes: [],
  commands: new Map(),
  notes: why === null ? [] : [why],
})

function found(pids: readonly number[], text: string, limit: string): Examination {
  const asked = pids.slice(0, MOST_PROCESSES)
  const { processes, commands, notes } = examination(asked, MOST_DEEP, parseTelling(text), limit, quoted)
  const more = [
    ...(pids.length > asked.length ? [`the first ${MOST_PROCESSES} of ${pids.length} processes were examined`] : []),
    ...(asked.length > MOST_DEEP ? [`mappings are of the first ${MOST_DEEP} processes`] : []),
  ]
  return { processes, commands, notes: [...notes, ...more] }
}

function quoted(args: readonly string[]): string {
  const isCut = Buffer.byteLength(args.join(' ')) >= MOST_COMMAND_BYTES - 1
  const line = quoteWords(args)
  return isCut || line.length > MOST_COMMAND_CHARS ? `${line.slice(0, MOST_COMMAND_CHARS - 1)}…` : line
}
