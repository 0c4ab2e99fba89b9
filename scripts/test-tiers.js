/** Which tests belong to which tier. Paths are relative to test/. A new file is in `npm test` without an entry here. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TESTS = fileURLToPath(new URL('../test/', import.meta.url))

/** Files without processes, sockets or timing: they run together in one process, which saves each the start of a process. */
const QUICK = [
  'adopt/command-line',
  'cli/',
  'core/',
  'host/',
  'options/',
  'settings/',
  'supervisor/',
  'view/html',
  'view/terminal',
  'wire/',
]

const HEAVY = ['view/page', 'docs']

/** Files that load the whole machine: each runs alone. */
const SERIAL = ['faults/machine-']

/** Measures CPU time, which depends on more than the code under test. */
const TIMED = ['core/mask-work']

const matches = list => file => list.some(prefix => file.startsWith(prefix))

export const isQuick = matches(QUICK)
export const isHeavy = matches(HEAVY)
export const isSerial = matches(SERIAL)

/** Files that mutation tests run. */
export const isMutationTest = file => isQuick(file) && !matches(TIMED)(file)

/** What each command runs. */
export const TIERS = {
  quick: isQuick,
  default: file => !isHeavy(file),
  all: () => true,
}

/** Every test file, as `core/limits.test.ts`. */
export function listTests() {
  return readdirSync(TESTS, { recursive: true })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('.test.ts'))
    .sort()
}
