/** What tap wrote (TAP, a line at a time): its results, and what they come to. */
const RESULT = /^( *)(not )?ok\b(?: (\d+))?(.*)$/

/** Each result with its depth, and for a failure the diagnosis that follows it. */
export class Results {
  all = []
  #yamlEnd = null

  /** The result that this line tells; null: it tells none. A diagnosis is added to its result as it comes. */
  read(line) {
    const last = this.all.at(-1)
    if (this.#yamlEnd !== null) {
      if (line === this.#yamlEnd) this.#yamlEnd = null
      else last.diagnosis.push(line)
      return null
    }
    if (last !== undefined && line === `${last.indent}  ---`) {
      this.#yamlEnd = `${last.indent}  ...`
      return null
    }
    const [, indent, not, , rest] = RESULT.exec(line) ?? []
    if (indent === undefined) return null
    const found = { indent, ok: !not, rest, diagnosis: [] }
    this.all.push(found)
    return found
  }
}

/** A result whose own tests come before it is a sum. It counts only when it failed and none of them did. */
export function count(results) {
  const told = { passed: 0, failed: 0, failures: [] }
  const open = []
  for (const { indent, ok, rest, diagnosis } of results) {
    const depth = indent.length / 4
    const inner = open[depth + 1]
    open.length = depth + 1
    open[depth] ??= { failed: 0 }
    const excused = / # (todo|skip)/i.test(rest)
    const fails = !ok && !excused
    if (fails) open[depth].failed += 1
    if (inner !== undefined && !(fails && inner.failed === 0)) continue
    if (fails) told.failures.push([`not ok${rest}`, ...diagnosis])
    if (fails) told.failed += 1
    else if (!excused) told.passed += 1
  }
  return told
}
