/** Reads options that may be anything at run time. Every wrong one is noted; they are told together, before anything starts. */
import { anyOf, nearest, show, unknownName } from '../core/words.js'
import { OsqwatchError, type Problem } from '../wire/errors.js'
import { toPath } from './paths.js'

/** The wrong options so far, each once. */
export class Problems {
  readonly #lines: Map<string, Problem>
  readonly #place: string

  /** `place` is put before each option's name. */
  constructor(lines = new Map<string, Problem>(), place = '') {
    this.#lines = lines
    this.#place = place
  }

  add(...problems: readonly Problem[]) {
    for (const { option, got, takes } of problems) {
      const problem = { option: this.#place + option, got, takes }
      this.#lines.set(`${problem.option}: got ${got}, takes ${takes}`, problem)
    }
  }

  /** The same list, for what stands in a place of its own: `package.json `. */
  within(place: string): Problems {
    return new Problems(this.#lines, place)
  }

  get any(): boolean {
    return this.#lines.size > 0
  }

  get list(): readonly Problem[] {
    return [...this.#lines.values()]
  }

  /** Throws the one OsqwatchError that lists them all, if there are any. */
  throwIfAny() {
    if (this.#lines.size === 0) return
    const head = this.#lines.size === 1 ? 'An option is wrong' : `${this.#lines.size} options are wrong`
    const message = [`${head}:`, ...this.#lines.keys()].join('\n  ')
    throw new OsqwatchError('ERR_OSQWATCH_OPTIONS', message, this.list)
  }
}

/** `extensions.search`, or `extensions["my search"]` where a dot would mislead. */
export function join(at: string, key: string): string {
  if (!/^[\p{L}\p{N}_$-]+$/u.test(key)) return `${at}[${JSON.stringify(key)}]`
  return at === '' ? key : `${at}.${key}`
}

/** No text with a NUL reaches a spawn: it would throw there, in the watcher thread. */
export const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0')

/** A plain object of any realm; a Map, a promise or an array is none. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** One object among the options: each method reads a field, or notes what is wrong with it and answers the fallback. */
export class Section {
  readonly at: string
  /** false: it was no object at all, which is noted already. */
  readonly plain: boolean
  readonly #problems: Problems
  readonly #values: Readonly<Record<string, unknown>>

  /** `known`: its fields; null where any name will do. `at`: its path, '' for the options as a whole. */
  constructor(problems: Problems, at: string, value: unknown, known: readonly string[] | null) {
    this.at = at
    this.#problems = problems
    this.#values = isPlain(value) ? value : {}
    this.plain = value === undefined || isPlain(value)
    if (!this.plain) problems.add({ option: at || 'options', got: show(value), takes: 'a plain object' })
    if (known !== null) this.#refuseUnknown(known)
  }

  #refuseUnknown(known: readonly string[]) {
    for (const [key, value] of this.entries())
      if (value !== undefined && !known.includes(key)) this.refuse(key, unknownName(nearest(key, known), known))
  }

  /** Notes that the field is wrong. */
  refuse(key: string, takes: string) {
    this.#problems.add({ option: join(this.at, key), got: show(this.get(key)), takes })
  }

  /** Its own fields, undefined ones included. */
  entries(): [string, unknown][] {
    return Object.entries(this.#values)
  }

  get(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** The field as a section of its own. */
  section(key: string, known: readonly string[] | null): Section {
    return new Section(this.#problems, join(this.at, key), this.get(key), known)
  }

  oneOf<const T extends string | false, F>(key: string, allowed: readonly T[], fallback: F): T | F {
    const value = this.get(key)
    if (value === undefined || allowed.includes(value as T)) return (value as T | undefined) ?? fallback
    this.refuse(key, anyOf(allowed.map(word => (word === false ? 'false' : `'${word}'`))))
    return fallback
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key)
    if (value === undefined || typeof value === 'boolean') return value ?? fallback
    this.refuse(key, 'true or false')
    return fallback
  }

  text(key: string, takes: string): string {
    const value = this.get(key)
    if (isText(value) && value !== '') return value
    this.refuse(key, takes)
    return ''
  }

  /** A list of strings; none where it is absent. */
  texts(key: string): readonly string[] {
    const value = this.get(key)
    // Array.from, since `every` passes over the holes of a sparse array
    if (Array.isArray(value) && Array.from(value).every(isText)) return [...value]
    if (value !== undefined) this.refuse(key, 'an array of strings')
    return []
  }

  /** An absolute path, from a path relative to `base` or a file: URL; null where it is absent or wrong. */
  path(key: string, base: string, takes = 'a path or a file: URL'): string | null {
    if (!this.has(key)) return null
    const path = toPath(this.get(key), base)
    if (path === null) this.refuse(key, takes)
    return path
  }
}
