/** Secrets in command lines and environments, masked: what is written down of them is read by many. */
import { maskText } from './mask-text.js'
import { isSecret, MASK, secrecyOf } from './secret-names.js'
import { quoteWord, wordsOf } from './shell-words.js'

export { maskText } from './mask-text.js'

/** Of one variable. */
const MOST_VALUE_CHARS = 1024

/** Short flags that mean a secret in those programs, whatever they mean in others: alone, or with the value behind it. */
const SHORT: readonly {
  readonly programs: RegExp
  readonly alone: readonly string[]
  readonly joined: RegExp | null
}[] = [
  { programs: /^(mysql|mariadb|mysqldump|mysqladmin|mariadb-\w+)$/, alone: [], joined: /^(-p)(.+)$/s },
  { programs: /^(sshpass)$/, alone: ['-p'], joined: /^(-p)(.+)$/s },
  { programs: /^(mongo|mongosh|mongodump|mongorestore)$/, alone: ['-p'], joined: null },
  { programs: /^(docker|podman|az|sqlcmd)$/, alone: ['-P'], joined: null },
  { programs: /^(redis-cli|valkey-cli)$/, alone: ['-a'], joined: null },
  { programs: /^(ldapsearch|ldapmodify)$/, alone: ['-w'], joined: /^(-w)(.+)$/s },
]
/** Whose next word is `user:password`. */
const USERS = new Set(['-u', '--user', '--proxy-user', '-U'])

/** One line, quoted as a shell would take it. */
export function maskArgs(args: readonly string[]): string {
  const names = [...new Set(args.map(baseName))]
  const short = SHORT.filter(({ programs }) => names.some(name => programs.test(name)))
  const words: string[] = []
  for (const [n, arg] of args.entries()) {
    const before = args[n - 1] ?? ''
    if (takesSecret(before, arg, short)) words.push(MASK)
    else if (USERS.has(before)) words.push(maskText(arg.replace(/^([^:\s]+):(?!\/\/).+$/s, `$1:${MASK}`)))
    else words.push(maskArg(arg, short))
  }
  return words.map(quoteMasked).join(' ')
}

/** A line that was made of words by quoting them, and may have been cut. */
export const maskCommand = (command: string): string => maskArgs(wordsOf(command))

export function maskEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  const masked = Object.entries(env).map(([name, value]) => [name, isSecret(name, value) ? MASK : cut(maskText(value))])
  return Object.fromEntries(masked)
}

/** A value may look like the next flag; where nothing but a password is meant, it is none. */
function takesSecret(flag: string, value: string, short: typeof SHORT): boolean {
  if (short.some(({ alone }) => alone.includes(flag))) return true
  if (!/^--?[A-Za-z][\w.-]+$/.test(flag) || !isSecret(flag, value)) return false
  return secrecyOf(flag) === 'strong' || !value.startsWith('-')
}

/** `TOKEN=…`, `--token=…`, `--env=TOKEN=…`: the value is the rest of the word, with spaces and all. */
function maskArg(arg: string, short: typeof SHORT): string {
  const joined = short.flatMap(({ joined }) => joined?.exec(arg) ?? [])
  if (joined.length > 0) return `${joined[1]}${MASK}`
  const at = arg.includes('=') ? secretAt(arg) : -1
  return at === -1 ? maskText(arg) : arg.slice(0, at) + MASK
}

/** Where the value begins that is a secret by its name; -1: there is none. */
function secretAt(arg: string): number {
  for (const { 0: pair, 1: name = '', index } of arg.matchAll(/([\w.-]+)=/gy)) {
    const at = index + pair.length
    if (isSecret(name, arg.slice(at))) return at
  }
  return -1
}

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.exe$/i, '')

/** A mask needs no quotes. */
const quoteMasked = (word: string): string => {
  if (!word.includes(MASK)) return quoteWord(word)
  const plain = word.replaceAll(MASK, 'x')
  return quoteWord(plain) === plain ? word : quoteWord(word)
}

const cut = (value: string): string =>
  value.length > MOST_VALUE_CHARS ? `${value.slice(0, MOST_VALUE_CHARS)}…` : value
