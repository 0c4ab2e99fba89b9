/** What became of a crashed process's memory: a core file that is there, or the program that the kernel hands it to. */
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { BoundedQueue } from './bounded.js'

/** A clock may step, and a large core takes its time. */
const FRESH_MS = 60_000
/** The core may lie on a disk that hangs. */
const TIMEOUT_MS = 2000

const PATTERN = '/proc/sys/kernel/core_pattern'
const USES_PID = '/proc/sys/kernel/core_uses_pid'

/** How people get at it. */
const HINTS: Readonly<Record<string, (pid: number) => string>> = {
  'systemd-coredump': pid => `, see coredumpctl info ${pid}`,
  apport: () => ', see /var/crash',
}
/** What is set to throw cores away. */
const NOWHERE = new Set(['true', 'false', 'null'])

type Read = (path: string) => Promise<string>

const readText: Read = path => readFile(path, 'utf8')
const disk = new BoundedQueue(TIMEOUT_MS)

/**
 * To be asked after a crash by a signal that dumps core; `endedAt`: ms since the epoch. null: nothing of it was found, as where
 * cores are off (`ulimit -c`), which is the rule. Never rejects.
 */
export function coreOf(pid: number, cwd: string, endedAt: number, read: Read = readText): Promise<string | null> {
  return disk.add(() => find(pid, cwd, endedAt, read)).catch(() => null)
}

async function find(pid: number, cwd: string, endedAt: number, read: Read): Promise<string | null> {
  const pattern = (await read(PATTERN)).trim()
  if (pattern.startsWith('|')) return handedTo(pattern, pid)
  if (pattern.startsWith('@')) return `handed to the socket ${pattern.replace(/^@+/, '')}`
  const usesPid = (await read(USES_PID).catch(() => '0')).trim() !== '0'
  const name = usesPid && !pattern.includes('%p') ? `${pattern}.%p` : pattern
  if (name === '') return null
  const path = resolve(cwd, name)
  // A folder that is named after the process is not looked for.
  if (dirname(path).includes('%')) return null
  return newest(dirname(path), nameOf(basename(path), pid), endedAt - FRESH_MS)
}

function handedTo(pattern: string, pid: number): string | null {
  const program = basename(/^\|\s*(\S+)/.exec(pattern)?.[1] ?? '')
  if (program === '' || NOWHERE.has(program)) return null
  return `handed to ${program}${HINTS[program]?.(pid) ?? ''}`
}

/** The pid has to be right. Of the rest (times, names, users, pids of other namespaces) anything will do. */
function nameOf(pattern: string, pid: number): RegExp {
  const parts = pattern.split(/(%.|%$)/).map(part => {
    if (part === '%p') return String(pid)
    if (part === '%%') return '%'
    return part.startsWith('%') ? '.*' : part.replace(/\W/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}

async function newest(folder: string, name: RegExp, since: number): Promise<string | null> {
  let found: { path: string; at: number } | null = null
  for (const file of await readdir(folder)) {
    if (!name.test(file)) continue
    const path = join(folder, file)
    const stat = await lstat(path)
    if (stat.isFile() && stat.mtimeMs >= (found?.at ?? since)) found = { path, at: stat.mtimeMs }
  }
  return found?.path ?? null
}
