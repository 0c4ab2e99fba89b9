/** Node's own flags, as this process was given them. */
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** One flag; `value` is null where it has none. `at` and `size`: which words it is. */
export interface Flag {
  readonly name: string
  readonly value: string | null
  readonly at: number
  readonly size: number
}

/** Those of Node's flags that matter here and take their value as a word of its own. */
const WITH_VALUE = new Set(['--import', '--require', '--loader', '--experimental-loader', '--eval', '--print'])
const SHORT: Readonly<Record<string, string>> = { '-r': '--require', '-e': '--eval', '-p': '--print', '-pe': '--print' }
const MORE_SHORT: Readonly<Record<string, string>> = { '-i': '--interactive', '-c': '--check' }

export function flagsOf(words: readonly string[]): Flag[] {
  const flags: Flag[] = []
  for (let at = 0; at < words.length; at++) {
    const [word = '', ...rest] = (words[at] as string).split('=')
    const name = SHORT[word] ?? MORE_SHORT[word] ?? word.replaceAll('_', '-')
    const isPair = WITH_VALUE.has(name) && rest.length === 0
    const value = rest.length > 0 ? rest.join('=') : isPair ? (words[at + 1] ?? null) : null
    flags.push({ name, value, at, size: isPair ? 2 : 1 })
    if (isPair) at++
  }
  return flags
}

/** NODE_OPTIONS as Node splits it: at spaces, with double quotes and backslashes in them. */
export function wordsOf(options: string): string[] {
  const words = options.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
  return words.map(word => word.replace(/"((?:\\.|[^"\\])*)"/g, (_all, quoted) => quoted.replace(/\\(.)/g, '$1')))
}

/** Is it the preload that is this package's own, by name or as the file at `self`? */
export function isOurs({ name, value }: Flag, self: string, cwd: string): boolean {
  if (name !== '--import' || value === null) return false
  if (value === 'osqwatch/register') return true
  if (!/^(\.{0,2}\/|file:|[a-z]:[\\/])/i.test(value)) return false
  return urlOf(value, cwd) === self
}

/** Node gives a preloaded file its real path. */
function urlOf(value: string, cwd: string): string | null {
  try {
    const path = value.startsWith('file:') ? fileURLToPath(value) : resolve(cwd, value)
    return pathToFileURL(realpathSync(path)).href
  } catch {
    return null
  }
}

/** What the app gets: all but us. */
export function withoutUs(execArgv: readonly string[], self: string, cwd: string): string[] {
  const ours = flagsOf(execArgv).filter(flag => isOurs(flag, self, cwd))
  return execArgv.filter((_word, at) => !ours.some(flag => at >= flag.at && at < flag.at + flag.size))
}

const HOOKS = new Set(['--loader', '--experimental-loader'])

/** Preloads that have run in this process before us: all that are required, and what is imported in front of us. */
export function preloadsBefore(
  execArgv: readonly string[],
  nodeOptions: string,
  self: string,
  cwd: string,
): readonly string[] {
  const flags = [...flagsOf(wordsOf(nodeOptions)), ...flagsOf(execArgv)]
  const us = flags.findIndex(flag => isOurs(flag, self, cwd))
  const before = (flag: Flag, at: number) => flag.name === '--require' || HOOKS.has(flag.name) || isEarly(flag, at)
  const isEarly = (flag: Flag, at: number) => flag.name === '--import' && at < us
  return flags.filter(before).map(({ name, value }) => `${name} ${value}`)
}
