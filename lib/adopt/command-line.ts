/** A command line as people write it: for the patterns of `adoptAll`, and for names. */
import { basename } from 'node:path'

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'cmd.exe'])
const LONGEST_NAME = 60

/** The ways in which it may be written, best first: a shell's own text, the program by its name, the program as it was given. */
export function textsOf(file: string, args: readonly string[]): string[] {
  if (file === '') return []
  const name = basename(file)
  const text = SHELLS.has(name.toLowerCase()) ? shellText(args) : null
  const written = [[name, ...args].join(' '), [file, ...args].join(' ')]
  return text === null ? written : [text, ...written]
}

/** `sh -c TEXT`; of Windows `cmd.exe /d /s /c "TEXT"`. */
function shellText(args: readonly string[]): string | null {
  const at = args.findIndex(arg => arg === '-c' || arg === '/c')
  const text = args[at + 1]
  if (at === -1 || text === undefined) return null
  return args[at] === '/c' ? text.replace(/^"(.*)"$/s, '$1') : text
}

/** `*` is any text, `?` any one character; the whole text has to match. */
export function matcher(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/[\\^$.*+?()[\]{}|]/g, found =>
    found === '*' ? '.*' : found === '?' ? '.' : `\\${found}`,
  )
  const whole = new RegExp(`^${source}$`, 'su')
  return text => whole.test(text)
}

/** A name that nobody has: of one line, not too long, and with a number where it is not the first. */
export function nameFor(text: string, isTaken: (name: string) => boolean): string {
  const line = withoutFolders(text.replace(/[\p{Cc}\s]+/gu, ' ').trim())
  const name = (line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line) || 'child'
  if (!isTaken(name)) return name
  for (let n = 2; ; n++) if (!isTaken(`${name} (${n})`)) return `${name} (${n})`
}

/** Of an absolute path its last word says most. */
function withoutFolders(line: string): string {
  return line.replace(/(^|[\s"'=])\/[^\s"']*\/(?=[^\s"'/])/g, '$1')
}
