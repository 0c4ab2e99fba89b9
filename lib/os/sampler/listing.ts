import { execFile } from 'node:child_process'
import { Kinship, type Relations } from './kinship.js'
import type { Kin } from './single.js'

const EVERY_MS = 3_000
const TIMEOUT_MS = 10_000
/** One option a column: POSIX takes whatever follows `=` for the column's heading. */
const COLUMNS = ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'pgid=']
const MOST_BYTES = 2 ** 24

/**
 * Who is whose, where there is no /proc: a `ps` in the background, never two at once, and only while somebody asks. The first
 * edition comes a little after the first question. Sessions are not told: `ps` has other words for them on every system.
 */
export class Listing implements Kin {
  readonly #kinship = new Kinship()
  #rows: ReadonlyMap<number, Relations> = new Map()
  #askedAt = Number.NEGATIVE_INFINITY
  #isAsking = false

  renew(now: number): number {
    if (!this.#isAsking && now - this.#askedAt >= EVERY_MS) this.#ask(now)
    return this.#kinship.edition
  }

  of(pid: number): readonly number[] {
    return this.#kinship.of(pid)
  }

  parentOf(pid: number): number {
    return this.row(pid)?.parent ?? 0
  }

  row(pid: number): Relations | undefined {
    return this.#rows.get(pid)
  }

  #ask(now: number): void {
    this.#isAsking = true
    this.#askedAt = now
    const limits = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MOST_BYTES } as const
    const ps = execFile('ps', COLUMNS, limits, (error, stdout) => {
      this.#isAsking = false
      // What is known stays known: a machine that is short of processes now is no reason to forget who is whose.
      if (error === null) this.#publish(stdout)
    })
    // Whoever looks may end meanwhile.
    ps.unref()
    for (const pipe of [ps.stdin, ps.stdout, ps.stderr]) (pipe as unknown as { unref?(): void } | null)?.unref?.()
  }

  #publish(stdout: string): void {
    this.#rows = parseListing(stdout)
    this.#kinship.publish(this.#rows)
  }
}

export function parseListing(stdout: string): Map<number, Relations> {
  const rows = new Map<number, Relations>()
  for (const [, pid, parent, pgrp] of stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/gm)) {
    rows.set(Number(pid), { parent: Number(parent), pgrp: Number(pgrp), session: 0 })
  }
  return rows
}
