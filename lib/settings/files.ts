/** JSON files: found, read, and located where they are wrong. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { show } from '../core/words.js'
import type { Problems } from '../options/check.js'

/** The nearest file of that name, from `folder` upwards. */
export function nearestFile(folder: string, name: string): string | null {
  const path = join(folder, name)
  if (isFile(path)) return path
  const parent = dirname(folder)
  return parent === folder ? null : nearestFile(parent, name)
}

/** Not where it may not be asked, either: nobody has named it. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** As a message shows it: relative where it is below the working directory. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') || short === '' ? path : short
}

/** What is in the file; undefined where it cannot be read or is no JSON, which is noted. `named`: who wants it read. */
export function readJson(problems: Problems, path: string, named = shown(path)): unknown {
  const text = readText(problems, path, named)
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const before = text.slice(0, positionOf(text, message)).split('\n')
    const where = `${shown(path)}, line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
    problems.add({ option: where, got: message, takes: 'JSON' })
    return undefined
  }
}

function readText(problems: Problems, path: string, named: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    problems.add({ option: named, got: show((error as Error).message), takes: 'a file that can be read' })
    return null
  }
}

const BAD_TOKEN = 'Unexpected token'

/** The engine tells the place of most errors. It does not of a bad token, which is where the text first has it, nor of a text that ends too soon. */
function positionOf(text: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1]
  if (told !== undefined) return Number(told)
  if (!message.startsWith(BAD_TOKEN)) return text.length
  let [without, including] = [0, text.length]
  while (including - without > 1) {
    const middle = Math.floor((without + including) / 2)
    if (hasBadToken(text.slice(0, middle))) including = middle
    else without = middle
  }
  return without
}

function hasBadToken(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return (error as Error).message.startsWith(BAD_TOKEN)
  }
}
