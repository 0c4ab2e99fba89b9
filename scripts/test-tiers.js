/**
 * The tiers of the tests. Paths are relative to test/, and each entry stands for the files that begin with it. A new file is in
 * `npm test` without an entry.
 */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TESTS = fileURLToPath(new URL('../test/', import.meta.url))

/** No processes, sockets or real time: these files run in one process together, which saves each the start of one. */
const QUICK = [
  'adopt/command-line',
  'cli/',
  'core/',
  'floors',
  'host/',
  'options/',
  'replay/',
  'settings/',
  'supervisor/',
  'view/html',
  'view/terminal',
  'wire/',
]

/** More than a few seconds of CPU time, and not needed to back a promise that another file backs. */
const HEAVY = [
  'chaos/',
  'docs.',
  'e2e/examples',
  'e2e/language-server',
  'e2e/mcp-host',
  'e2e/web-server',
  'faults/host-spawns-1000',
  'faults/machine-hogs',
  'faults/machine-memory-pressure',
  'faults/machine-niced',
  'faults/machine-realtime-hogs',
  'faults/thread-out-of-memory',
  'fuzz/',
  'os/sampler-heap',
  'soak/',
  'view/page',
]

/** They load the whole machine, or judge it: each runs alone. */
const SERIAL = ['chaos/chaos', 'faults/machine-', 'soak/']

/** They do not run the code that is mutated, or measure it. */
const NOT_MUTATED = ['core/mask-work', 'floors']

const matches = list => file => list.some(prefix => file.startsWith(prefix))

export const isQuick = matches(QUICK)
export const isSerial = matches(SERIAL)
const isHeavy = matches(HEAVY)

/** Files that mutation tests run. */
export const isMutationTest = file => isQuick(file) && !matches(NOT_MUTATED)(file)

/** What each command runs: `npm test` is `default`. */
export const TIERS = {
  quick: isQuick,
  default: file => !isHeavy(file),
  heavy: isHeavy,
  all: () => true,
}

/** Every test file, as `core/limits.test.ts`. */
export function listTests() {
  return readdirSync(TESTS, { recursive: true })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('.test.ts'))
    .sort()
}
