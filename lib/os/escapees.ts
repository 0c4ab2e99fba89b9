/**
 * Finds who has left a child for good: a process that double-forks away between two looks is related to it by nothing but the
 * mark in its environment. To read an environment takes a lock of the process that is read, and may hang: a `grep` does it,
 * and only where somebody could be found. Without /proc, and without grep, nobody is.
 */
import { execFile } from 'node:child_process'
import { LIFE_ENV } from '../wire/beats.js'
import { hasProc, isSame, startTime } from './identity.js'
import { everybody, orphans } from './orphans.js'
import type { EscapedLife, Escapees, Identity } from './ports.js'

/** However many lives end, they are asked about no oftener. */
const EVERY_MS = 100
const TIMEOUT_MS = 2000
/** Of an environment, and longer than any list of files. */
const MOST_BYTES = 2 ** 24
/** So many marks fit on a command line. */
const MOST_AT_ONCE = 500
/** Rounds of one search. Each reads the processes that started during the one before. */
const MOST_ROUNDS = 10
/** Who carries it may outlive its life. */
const KEPT = 'OSQWATCH_KEEP=1'

interface Question extends EscapedLife {
  readonly answer: (found: readonly Identity[]) => void
}

export function createEscapees(): Escapees {
  const waiting: Question[] = []
  let askedAt = Number.NEGATIVE_INFINITY
  let isBusy = false

  function next(): void {
    if (isBusy || waiting.length === 0) return
    isBusy = true
    setTimeout(ask, Math.max(0, askedAt + EVERY_MS - performance.now()))
  }

  async function ask(): Promise<void> {
    askedAt = performance.now()
    const questions = waiting.splice(0, MOST_AT_ONCE)
    const answers = await answersTo(questions).catch(() => [])
    isBusy = false
    for (const [i, { answer }] of questions.entries()) answer(answers[i] ?? [])
    next()
  }

  return {
    find(life, answer) {
      if (hasProc) waiting.push({ ...life, answer })
      else queueMicrotask(() => answer([]))
      next()
    },
    isSame,
  }
}

/** One question for all, which is mostly answered by nobody; whoever is found leads to those who descend from it. */
async function answersTo(questions: readonly Question[]): Promise<(readonly Identity[])[]> {
  const since = Math.min(...questions.map(({ since }) => Number(since)))
  const candidates = () => orphans().filter(({ start }) => Number(start) >= since)
  const { carriers } = await search(questions.map(textOf), () => candidates().map(({ pid }) => pid))
  if (carriers.length === 0) return []
  const answers: (readonly Identity[])[] = []
  for (const question of questions) answers.push(await carriersOf(question))
  return answers
}

async function carriersOf(life: EscapedLife): Promise<readonly Identity[]> {
  const { carriers, starts } = await search([textOf(life)], everybody)
  const kept = new Set(await withText([KEPT], carriers))
  return carriers.flatMap(file => {
    const pid = Number(file.split('/')[2])
    const one = { pid, start: starts.get(pid) ?? '' }
    return !kept.has(file) && isSame(one) ? [one] : []
  })
}

/**
 * Finds the processes whose environment contains one of the texts. A process that forks and exits before its environment is read
 * is found by its child: the search ends when a listing shows no new process. Start times are read first, so that a later owner
 * of the pid is not taken for the process.
 */
async function search(texts: readonly string[], list: () => readonly number[]) {
  const starts = new Map<number, string>()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fresh = list().filter(pid => !starts.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) starts.set(pid, startTime(pid))
    const carriers = await withText(texts, fresh.map(fileOf))
    if (carriers.length > 0) return { carriers, starts }
  }
  return { carriers: [], starts }
}

const textOf = ({ mark }: EscapedLife) => `${LIFE_ENV}=${mark}`
const fileOf = (pid: number) => `/proc/${pid}/environ`

/** Which of the files hold one of the texts. grep says by its code that there are others that it could not read. */
function withText(texts: readonly string[], files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return Promise.resolve([])
  const args = ['-lsF', ...texts.flatMap(text => ['-e', text]), ...files]
  const limits = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES, cwd: '/' } as const
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`, LC_ALL: 'C' }
  return new Promise(resolve => {
    execFile('grep', args, { ...limits, env }, (_error, stdout) => resolve(stdout.split('\n').filter(Boolean))).unref()
  })
}
