/** Runs of Node that cannot be repeated as they are, or that are no app: they go on unsupervised. */
import { createRequire } from 'node:module'
import { basename, isAbsolute } from 'node:path'
import { flagsOf, preloadsBefore, wordsOf } from './flags.js'

/** What is asked of this process. */
export interface Run {
  readonly argv: readonly string[]
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** `silent`: Node itself says what is wrong, or nobody would want to know. */
export type Refusal = { readonly reason: string } | 'silent'

const REFUSED: Readonly<Record<string, string>> = {
  '--eval': 'code from the command line (-e) has no file that could be run again',
  '--print': 'code from the command line (-p) has no file that could be run again',
  '--interactive': 'a REPL is not supervised',
  '--check': '--check runs nothing',
  '--test': 'the test runner is not supervised',
  '--inspect-brk': 'with --inspect-brk the debugger has the first word in this process; --inspect can be had',
  '--inspect-wait': 'with --inspect-wait the debugger has the first word in this process; --inspect can be had',
  '--permission': 'with --permission this process may start neither threads nor processes',
  '--experimental-permission': 'with --experimental-permission this process may start neither threads nor processes',
  '--build-snapshot': '--build-snapshot runs no app',
}

/** NODE_OPTIONS in a shell reaches these as well. */
const LAUNCHERS = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'yarnpkg', 'corepack'])

/** Why the app of this process is not supervised; null: it is. */
export function refusalOf(run: Run, self: string): Refusal | null {
  const { argv, execArgv, env } = run
  // A child of the test runner tells it its results in a form of their own.
  if (env.NODE_TEST_CONTEXT !== undefined) return 'silent'
  const flags = [...flagsOf(wordsOf(env.NODE_OPTIONS ?? '')), ...flagsOf(execArgv)]
  const refused = flags.map(({ name }) => REFUSED[name]).find(reason => reason !== undefined)
  if (refused !== undefined) return { reason: refused }
  const [, script] = argv
  if (script === undefined || script === '-') return { reason: 'a REPL, or a script on stdin, cannot be run again' }
  // `node inspect app.js`: a debugger, which starts the app itself.
  if (!isAbsolute(script)) return { reason: `${script} is no file that could be run again` }
  // It starts the app, which is then the first process; itself it would only be run again when a script fails.
  if (LAUNCHERS.has(basename(script).replace(/(-cli)?(\.c?js)?$/, ''))) return 'silent'
  return canBeFound(script) || hasHooks(run, self) ? null : 'silent'
}

/** A script that is not there would be tried again and again: Node says so once. */
function canBeFound(script: string): boolean {
  try {
    return createRequire(script).resolve(script) !== ''
  } catch {
    return false
  }
}

/** Whoever has hooks of their own may find what we do not. */
function hasHooks({ execArgv, env, cwd }: Run, self: string): boolean {
  const { length } = flagsOf(execArgv).filter(({ name }) => name === '--import')
  return length > 1 || preloadsBefore(execArgv, env.NODE_OPTIONS ?? '', self, cwd).length > 0
}
