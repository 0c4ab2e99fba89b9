/**
 * Finds who has left a child for good: a process that double-forks away between two looks is related to it by nothing but the
 * mark in its environment. To read an environment takes a lock of the process that is read, and may hang: a `grep` does it,
 * and only where somebody could be found. Without /proc, and without grep, nobody is.
 */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { LIFE_ENV } from '../wire/beats.js'
import { hasProc, isSame, startTime } from './identity.js'
import { orphans } from './orphans.js'
import type { EscapedLife, Escapees, Identity } from './ports.js'

/** However many lives end, they are asked about no oftener. */
const EVERY_MS = 100
const TIMEOUT_MS = 2000
/** Of an environment, and longer than any list of files. */
const MOST_BYTES = 2 ** 24
/** So many marks fit on a command line. */
const MOST_AT_ONCE = 500
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
  const candidates = orphans().filter(({ start }) => Number(start) >= since)
  const carriers = await withText(questions.map(textOf), candidates.map(fileOf))
  if (carriers.length === 0) return []
  const answers: (readonly Identity[])[] = []
  for (const question of questions) answers.push(await carriersOf(question))
  return answers
}

async function carriersOf(life: EscapedLife): Promise<readonly Identity[]> {
  // Who has a pid now is asked before the mark is: a later owner of that pid is somebody else.
  const all = readdirSync('/proc').filter(name => /^[1-9]/.test(name))
  const starts = new Map(all.map(name => [name, startTime(Number(name))]))
  const carriers = await withText(
    [textOf(life)],
    all.map(name => `/proc/${name}/environ`),
  )
  const kept = new Set(await withText([KEPT], carriers))
  return carriers.flatMap(file => {
    const name = file.split('/')[2] as string
    const one = { pid: Number(name), start: starts.get(name) ?? '' }
    return !kept.has(file) && isSame(one) ? [one] : []
  })
}

const textOf = ({ mark }: EscapedLife) => `${LIFE_ENV}=${mark}`
const fileOf = ({ pid }: Identity) => `/proc/${pid}/environ`

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
