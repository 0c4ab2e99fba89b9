/** Words for messages about what somebody wrote. */

/** One wrong option: which, what it got, what it takes. */
export interface Problem {
  readonly option: string
  readonly got: string
  readonly takes: string
}

/** A path is told whole, a text that was put there by mistake is not. */
const MOST_CHARS = 4_096

/** A value as a message shows it, in one line. Never throws, whatever the value. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > MOST_CHARS ? `${value.slice(0, MOST_CHARS)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof URL) return value.href
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** The known name that the unknown one was probably meant to be, if any is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const near = known
    .map(candidate => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.min(3, candidate.length / 3))
    .sort((a, b) => a.edits - b.edits)
  return near[0]?.candidate ?? null
}

/** What to say of a name that nobody knows. */
export function unknownName(meant: string | null, known: readonly string[]): string {
  return `nothing: no such name${meant === null ? '' : ` (did you mean ${meant}?)`}; known are ${known.join(', ')}`
}

/** Edits between two words: the least number of letters to add, drop or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, at(above, j) + 1, at(row, j - 1) + 1))
    }
  }
  return at(row, b.length)
}

const at = (row: readonly number[], index: number) => row[index] ?? Number.POSITIVE_INFINITY
