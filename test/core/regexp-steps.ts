/**
 * The work of regular expressions, counted: a backtracking matcher that does what V8's does, one instruction a step. It knows
 * what the patterns of lib/core/mask*.ts and shell-words.ts are made of, and throws at anything else.
 */

type Code =
  | { readonly op: 'match' }
  | CharCode
  | LoopCode
  | SplitCode
  | SaveCode
  | JumpCode
  | AssertCode
  | LookCode
  | BackCode
type CharCode = { readonly op: 'char'; readonly set: CharSet; readonly step: 1 | -1 }
/** As many of one set as there are, from `least` to `most`. */
type LoopCode = Omit<CharCode, 'op'> & { readonly op: 'loop'; readonly least: number; readonly most: number }
/** Tries `first`, and `second` if that fails. */
type SplitCode = { readonly op: 'split'; first: number; second: number }
type SaveCode = { readonly op: 'save'; readonly slot: number }
type JumpCode = { readonly op: 'jump'; to: number }
type AssertCode = { readonly op: 'assert'; readonly what: '^' | '$' | 'b' | 'B' }
type LookCode = { readonly op: 'look'; readonly program: readonly Code[]; readonly negative: boolean }
type BackCode = { readonly op: 'back'; readonly group: number; readonly step: 1 | -1 }

/** Where the parser's node emits its code. `step`: -1 inside of a lookbehind, which is matched from its end. */
type Node = (code: Code[], step: 1 | -1) => void

interface Compiled {
  readonly program: readonly Code[]
  /** What a match may begin with; null: anything, or nothing. */
  readonly first: Units | null
  readonly isAnchored: boolean
}

/** UTF-16 units: what `has` answers is kept. */
class Units {
  readonly #known = new Uint8Array(65_536)
  readonly #has: (unit: number) => boolean

  constructor(has: (unit: number) => boolean) {
    this.#has = has
  }

  has(unit: number): boolean {
    const known = this.#known[unit]
    if (known !== 0) return known === 1
    const is = this.#has(unit)
    this.#known[unit] = is ? 1 : 2
    return is
  }
}

/** What a class such as `[a-z]`, or one character, stands for, asked of V8. */
class CharSet extends Units {
  constructor(source: string, flags: string) {
    const pattern = new RegExp(`^${source}$`, flags.replace(/[^is]/g, ''))
    super(unit => nativeExec.call(pattern, String.fromCharCode(unit)) !== null)
  }
}

/** The captures so far, the last one first. */
interface Saved {
  readonly slot: number
  readonly at: number
  readonly before: Saved | null
}

/** Where to go on when this way has failed. `left`: so many places before `at` are to be tried, too. */
interface Try {
  readonly pc: number
  readonly at: number
  readonly saved: Saved | null
  readonly left: number
  readonly step: 1 | -1
}

const nativeExec = RegExp.prototype.exec
const WORD = new CharSet('\\w', '')
const bySource = new Map<string, Compiled>()
const byObject = new WeakMap<RegExp, Compiled>()
const sets = new Map<string, CharSet>()

function setOf(source: string, flags: string): CharSet {
  const key = `${flags.includes('i')} ${flags.includes('s')} ${source}`
  const set = sets.get(key) ?? new CharSet(source, flags)
  sets.set(key, set)
  return set
}

class Parser {
  #at = 0
  #groups = 0
  readonly #names = new Map<string, number>()
  readonly #source: string
  readonly #flags: string

  constructor(source: string, flags: string) {
    if (/[muv]/.test(flags)) throw new Error(`unknown flags: ${flags}`)
    this.#source = source
    this.#flags = flags
    // A reference may stand before its group, as in a lookbehind.
    let group = 0
    for (const [found, name] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?<([A-Za-z]\w*)>|(?!\?))/g)) {
      if (!found.startsWith('(')) continue
      group++
      if (name !== undefined) this.#names.set(name, group)
    }
  }

  parse(): Compiled {
    const node = this.#alternatives()
    if (this.#at < this.#source.length) throw new Error(`unknown syntax at ${this.#at} of ${this.#source}`)
    const program: Code[] = []
    node(program, 1)
    program.push({ op: 'match' })
    return { program, first: firstOf(program), isAnchored: this.#source.startsWith('^') }
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #takesLike(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = nativeExec.call(pattern, this.#source)
    if (found !== null) this.#at += found[0].length
    return found
  }

  #alternatives(): Node {
    const branches = [this.#sequence()]
    while (this.#takes('|')) branches.push(this.#sequence())
    return branches.reduceRight((rest, branch) => (code, step) => {
      const split: SplitCode = { op: 'split', first: code.length + 1, second: 0 }
      const jump: JumpCode = { op: 'jump', to: 0 }
      code.push(split)
      branch(code, step)
      code.push(jump)
      split.second = code.length
      rest(code, step)
      jump.to = code.length
    })
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] as string))
      parts.push(this.#quantified())
    return (code, step) => {
      for (const part of step === 1 ? parts : parts.toReversed()) part(code, step)
    }
  }

  #quantified(): Node {
    const part = this.#atom()
    const found = this.#takesLike(/(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/y)
    if (found === null) return part
    const [, sign, from, comma, to, lazy] = found
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0
    const most = sign === '?' ? 1 : sign !== undefined || (comma && !to) ? Infinity : Number(to || from)
    const split = (code: Code[]): { set exit(at: number) } => {
      const made: SplitCode = { op: 'split', first: code.length + 1, second: code.length + 1 }
      code.push(made)
      return {
        set exit(at: number) {
          made[lazy ? 'first' : 'second'] = at
        },
      }
    }
    return (code, step) => {
      const begun = code.length
      part(code, step)
      const [only, ...others] = code.splice(begun)
      if (only?.op === 'char' && others.length === 0 && !lazy) {
        code.push({ op: 'loop', set: only.set, step, least, most })
        return
      }
      for (let n = 0; n < least; n++) part(code, step)
      if (most === Infinity) {
        const begin = code.length
        const more = split(code)
        part(code, step)
        code.push({ op: 'jump', to: begin })
        more.exit = code.length
        return
      }
      const exits = Array.from({ length: most - least }, () => {
        const more = split(code)
        part(code, step)
        return more
      })
      for (const more of exits) more.exit = code.length
    }
  }

  #atom(): Node {
    const look = this.#takesLike(/\(\?(<?)([=!])/y)
    if (look !== null) {
      const inner = this.#group()
      const [, behind, sign] = look
      return code => {
        const program: Code[] = []
        inner(program, behind ? -1 : 1)
        program.push({ op: 'match' })
        code.push({ op: 'look', program, negative: sign === '!' })
      }
    }
    if (this.#takes('(?:')) return this.#group()
    if (this.#takesLike(/\((?:\?<[A-Za-z]\w*>|(?!\?))/y) !== null) return this.#capture()
    return this.#single()
  }

  #group(): Node {
    const inner = this.#alternatives()
    if (!this.#takes(')')) throw new Error(`unknown syntax at ${this.#at} of ${this.#source}`)
    return inner
  }

  #capture(): Node {
    const group = ++this.#groups
    const inner = this.#group()
    return (code, step) => {
      const [from, to] = step === 1 ? [2 * group, 2 * group + 1] : [2 * group + 1, 2 * group]
      code.push({ op: 'save', slot: from })
      inner(code, step)
      code.push({ op: 'save', slot: to })
    }
  }

  #single(): Node {
    const assertion = this.#takesLike(/[$^]|\\[bB]/y)
    if (assertion !== null)
      return code => code.push({ op: 'assert', what: assertion[0].slice(-1) as AssertCode['what'] })
    const back = this.#takesLike(/\\k<(\w+)>/y)
    if (back !== null) {
      const group = this.#names.get(back[1] as string) as number
      return (code, step) => code.push({ op: 'back', group, step })
    }
    const source = this.#takesLike(/\[(?:\\.|[^\]\\])*\]|\\[dDwWsSrnt]|\\[^A-Za-z\d]|[^\\()[\]{}*+?|]/y)
    if (source === null) throw new Error(`unknown syntax at ${this.#at} of ${this.#source}`)
    const set = setOf(source[0], this.#flags)
    return (code, step) => code.push({ op: 'char', set, step })
  }
}

/** What it may begin with: V8 passes over every other place, too, before it begins. */
function firstOf(program: readonly Code[]): Units | null {
  const sets = new Set<CharSet>()
  const isKnown = (pc: number): boolean => {
    const code = program[pc] as Code
    if (code.op === 'char') return sets.add(code.set) !== null
    if (code.op === 'loop') return sets.add(code.set) !== null && (code.least > 0 || isKnown(pc + 1))
    if (code.op === 'split') return isKnown(code.first) && isKnown(code.second)
    if (code.op === 'jump') return isKnown(code.to)
    return code.op !== 'match' && code.op !== 'back' && isKnown(pc + 1)
  }
  return isKnown(0) ? new Units(unit => [...sets].some(set => set.has(unit))) : null
}

function compile(regexp: RegExp): Compiled {
  const known = byObject.get(regexp)
  if (known !== undefined) return known
  const { source, flags } = regexp
  const key = `${flags} ${source}`
  const made = bySource.get(key) ?? natively(() => new Parser(source, flags).parse())
  bySource.set(key, made)
  byObject.set(regexp, made)
  return made
}

/** What the matcher itself does with patterns is not counted. */
function natively<T>(work: () => T): T {
  const { exec } = RegExp.prototype
  RegExp.prototype.exec = nativeExec
  try {
    return work()
  } finally {
    RegExp.prototype.exec = exec
  }
}

let steps = 0

interface Match {
  readonly at: number
  readonly saved: Saved | null
}

/** Runs from `start`. */
function run(program: readonly Code[], text: string, start: number, before: Saved | null): Match | null {
  const tries: Try[] = [{ pc: 0, at: start, saved: before, left: 0, step: 1 }]
  for (let next = tries.pop(); next !== undefined; next = tries.pop()) {
    let { pc, at, saved } = next
    if (next.left > 0) tries.push({ ...next, at: at - next.step, left: next.left - 1 })
    for (let isAlive = true; isAlive; ) {
      const code = program[pc++] as Code
      steps++
      switch (code.op) {
        case 'match':
          return { at, saved }
        case 'char':
          isAlive = hasAt(code, text, at)
          at += code.step
          break
        case 'loop': {
          const from = at
          for (let n = 0; n < code.most && hasAt(code, text, at); n++) at += code.step
          const count = Math.abs(at - from)
          steps += count
          isAlive = count >= code.least
          if (count > code.least) {
            tries.push({ pc, at: at - code.step, saved, left: count - code.least - 1, step: code.step })
          }
          break
        }
        case 'split':
          tries.push({ pc: code.second, at, saved, left: 0, step: 1 })
          pc = code.first
          break
        case 'jump':
          pc = code.to
          break
        case 'save':
          saved = { slot: code.slot, at, before: saved }
          break
        case 'assert':
          isAlive = holds(code.what, text, at)
          break
        case 'look': {
          const found = run(code.program, text, at, saved)
          isAlive = (found === null) === code.negative
          if (found !== null && !code.negative) saved = found.saved
          break
        }
        case 'back': {
          const wanted = text.slice(savedAt(saved, 2 * code.group), savedAt(saved, 2 * code.group + 1))
          const index = code.step === 1 ? at : at - wanted.length
          isAlive = index >= 0 && text.startsWith(wanted, index)
          steps += wanted.length
          at += code.step * wanted.length
        }
      }
    }
  }
  return null
}

function hasAt({ set, step }: Pick<CharCode, 'set' | 'step'>, text: string, at: number): boolean {
  const index = step === 1 ? at : at - 1
  return index >= 0 && index < text.length && set.has(text.charCodeAt(index))
}

/** A group that has matched nothing yet is empty. */
function savedAt(saved: Saved | null, slot: number): number {
  for (let one = saved; one !== null; one = one.before) if (one.slot === slot) return one.at
  return 0
}

function holds(what: AssertCode['what'], text: string, at: number): boolean {
  if (what === '^') return at === 0
  if (what === '$') return at === text.length
  const isWord = (index: number) => index >= 0 && index < text.length && WORD.has(text.charCodeAt(index))
  return (isWord(at - 1) !== isWord(at)) === (what === 'b')
}

/** Looks for a match as V8 does: from `start` on, at each place. Returns where it begins and ends. */
function search(regexp: RegExp, text: string, start: number): readonly [from: number, to: number] | null {
  const { program, first, isAnchored } = compile(regexp)
  const last = regexp.sticky || (isAnchored && !regexp.source.includes('|')) ? start : text.length
  for (let at = start; at <= last; at++) {
    steps++
    if (first !== null && (at === text.length || !first.has(text.charCodeAt(at)))) continue
    const found = run(program, text, at, null)
    if (found !== null) return [at, found.at]
  }
  return null
}

/**
 * The steps that `work` makes in regular expressions and in searches of strings. Whatever the matcher here finds is compared
 * with what V8 finds.
 */
export function countSteps(work: () => unknown): number {
  const { includes, indexOf } = String.prototype
  steps = 0
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    const start = this.global || this.sticky ? this.lastIndex : 0
    const found = nativeExec.call(this, text)
    const own = start > text.length ? null : search(this, text, start)
    const [from, to] = found === null ? [] : [found.index, found.index + found[0].length]
    if (own?.[0] !== from || own?.[1] !== to) throw new Error(`${this}: V8 matches ${from} to ${to}, this ${own}`)
    return found
  }
  String.prototype.indexOf = function (this: string, wanted: string, from = 0) {
    const index = indexOf.call(this, wanted, from)
    steps += (index === -1 ? this.length : index) - from + 1
    return index
  }
  String.prototype.includes = function (this: string, wanted: string) {
    return this.indexOf(wanted) !== -1
  }
  try {
    work()
  } finally {
    RegExp.prototype.exec = nativeExec
    Object.assign(String.prototype, { includes, indexOf })
  }
  return steps
}
