/** What the examiner's helper has printed, read: all of it, or as much as there was in time. */
import type { ProcessEvidence } from '../wire/evidence.js'
import { BETWEEN_ARGS, MOST_SMAPS_BYTES, MOST_THREADS, NEWLINE_IN_ARG } from './examiner-script.js'
import type { Examination } from './ports.js'

const MS_PER_TICK = 10
const BYTES_PER_KB = 1024

type Thread = ProcessEvidence['threads'][number]
type Mapping = ProcessEvidence['mappings'][number]

interface Told {
  wchan: string | null
  threadCount: number
  threads: Thread[]
  readonly mappings: Mapping[]
  /** Bytes of the list that were read; null: not told. */
  mapped: number | null
  args: string[] | null
}

/** What was told by pid; `whole`: nothing is missing. */
export interface Telling {
  readonly told: ReadonlyMap<number, Told>
  readonly whole: boolean
  readonly noAwk: boolean
}

/** Half a line at the end is nothing. */
export function parseTelling(text: string): Telling {
  const told = new Map<number, Told>()
  const parts = { whole: false, noAwk: false }
  const of = (pid: string) => {
    const one = told.get(Number(pid)) ?? blank()
    told.set(Number(pid), one)
    return one
  }
  for (const { pid, count, wchan, stats } of processesIn(text)) {
    const one = of(pid)
    one.wchan = wchan === '-' || wchan === '0' ? null : wchan
    one.threadCount = Number(count)
    one.threads = parseThreads(stats)
  }
  for (const line of text.split('\n').slice(0, -1)) {
    const [word = '', pid = '', ...rest] = line.split(' ')
    if (word === 'whole') parts.whole = true
    else if (word === 'noawk') parts.noAwk = true
    else if (word === 'command') of(pid).args = parseArgs(line.slice(`${word} ${pid} `.length))
    else if (word === 'mapped') of(pid).mapped = Number(rest[0])
    else if (word === 'mapping') of(pid).mappings.push(parseMapping(rest))
  }
  return { told, ...parts }
}

const blank = (): Told => ({ wchan: null, threadCount: 0, threads: [], mappings: [], mapped: null, args: null })

/** Names of threads may look like the one and the other: no end is looked for twice. */
function* processesIn(text: string) {
  const ends = new Map<string, number[]>()
  for (const { 1: pid = '', index } of text.matchAll(/^end (\d+)\n/gm)) {
    const known = ends.get(pid)
    if (known === undefined) ends.set(pid, [index])
    else known.push(index)
  }
  for (const those of ends.values()) those.reverse()
  let done = 0
  for (const { 0: line, 1: pid = '', 2: count, 3: wchan = '-', index } of text.matchAll(
    /^process (\d+) (\d+) (\S+)\n/gm,
  )) {
    if (index < done) continue
    const begin = index + line.length
    const those = ends.get(pid) ?? []
    while ((those.at(-1) ?? begin) < begin) those.pop()
    const end = those.at(-1)
    if (end === undefined) continue
    yield { pid, count, wchan, stats: text.slice(begin, end) }
    done = end
  }
}

/** A name may hold anything, a newline, too: what follows its last bracket are numbers. */
function parseThreads(stats: string): Thread[] {
  const threads = [...stats.matchAll(/^(\d+) \(([\s\S]{0,64}?)\) ([A-Za-z])((?: -?\d+){40,})\n/gm)]
  return threads.slice(0, MOST_THREADS).map(([, tid, name = '', state = '?', numbers = '']) => {
    const [utime, stime] = numbers.trim().split(' ').slice(10, 12).map(Number)
    return { tid: Number(tid), name, state, cpuMs: ((utime ?? 0) + (stime ?? 0)) * MS_PER_TICK }
  })
}

/** A program that has set its title leaves zeros behind it. */
function parseArgs(text: string): string[] {
  const args = text.split(BETWEEN_ARGS).map(arg => arg.replaceAll(NEWLINE_IN_ARG, '\n'))
  while (args.at(-1) === '') args.pop()
  return args
}

function parseMapping([rss, size, ...name]: readonly string[]): Mapping {
  return { name: name.join(' '), rss: Number(rss) * BYTES_PER_KB, size: Number(size) * BYTES_PER_KB }
}

/** `deep`: whose mappings were asked for; `limit`: why it may not be whole, in words. */
export function examination(
  pids: readonly number[],
  deep: number,
  telling: Telling,
  limit: string,
  quote: (args: readonly string[]) => string,
): Examination {
  const { told, whole, noAwk } = telling
  const seen = pids.flatMap(pid => {
    const one = told.get(pid)
    return one === undefined || one.threads.length === 0 ? [] : [{ pid, ...one }]
  })
  const deepOnes = seen.filter(({ pid }) => pids.indexOf(pid) < deep)
  const list = (those: readonly { readonly pid: number }[]) => those.map(({ pid }) => pid).join(', ')
  const note = (what: string, pids: string) => (pids === '' ? [] : [`${what}: ${pids}`])
  const unseen = pids.filter(pid => !seen.some(one => one.pid === pid)).join(', ')
  return {
    processes: seen.map(({ pid, wchan, threads, mappings }) => {
      return { pid, state: threads[0]?.state ?? '?', wchan, threads, mappings }
    }),
    commands: new Map(seen.flatMap(({ pid, args }) => (args?.length ? [[pid, quote(args)]] : []))),
    notes: [
      ...note(whole ? 'had ended' : `nothing was read ${limit}`, unseen),
      ...(whole ? [] : note(`no command line was read ${limit}`, list(seen.filter(({ args }) => args === null)))),
      ...(noAwk ? ['mappings could not be read: there is no awk'] : []),
      ...(whole || noAwk
        ? []
        : note(`no mappings were read ${limit}`, list(deepOnes.filter(one => one.mapped === null)))),
      ...note(
        'mappings may not be read',
        list(deepOnes.filter(one => one.mapped === 0 && one.threads[0]?.state !== 'Z')),
      ),
      ...note('more mappings than were read', list(deepOnes.filter(one => (one.mapped ?? 0) >= MOST_SMAPS_BYTES))),
      ...seen.flatMap(({ pid, threadCount }) =>
        threadCount > MOST_THREADS ? [`${MOST_THREADS} of the ${threadCount} threads of ${pid} were read`] : [],
      ),
    ],
  }
}
