/** What a witness knows, in its file: whole or not at all, written anew whenever more is known. */
import type { NodeEvidence } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Bytes, or nearly. */
const MOST_CHARS = 524_288

class Statement {
  readonly file: string
  readonly evidence: Writable<NodeEvidence>
  readonly notes: string[] = []

  constructor(prefix: string, trigger: NodeEvidence['trigger']) {
    const { pid } = process
    this.file = `${prefix}-${pid}${trigger === 'heap' ? '-heap' : ''}.json`
    this.evidence = {
      ...{ pid, at: Date.now(), trigger, stack: null, profile: null, allocations: null, heap: null },
      ...{ report: null, snapshot: null, error: null, notes: this.notes },
    }
  }

  readonly note = (line: string): void => void this.notes.push(line)

  write(): void {
    writeWhole(this.file, this.#text())
  }

  #text(): string {
    const { evidence } = this
    const whole = JSON.stringify(evidence)
    if (whole.length <= MOST_CHARS) return whole
    const notes = [...this.notes, 'profile and allocations are left out: too large']
    return JSON.stringify({ ...evidence, profile: null, allocations: null, notes })
  }
}

/** The folder need not be there: nothing may ever have been kept in it. What stands in the draft's place is no place to write to. */
function writeWhole(file: string, text: string): void {
  const { mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs') as typeof import('node:fs')
  const { dirname } = require('node:path') as typeof import('node:path')
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  rmSync(`${file}.tmp`, { force: true })
  writeFileSync(`${file}.tmp`, text, { mode: 0o600, flag: 'wx' })
  renameSync(`${file}.tmp`, file)
}

export = { Statement, writeWhole }
