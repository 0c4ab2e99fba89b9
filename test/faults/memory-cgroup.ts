/** A memory cgroup of a test's own (version 1 or 2): what is short of memory in it is nobody else. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', hits: 'memory.failcnt', pattern: /(\d+)/ },
  { root: '/sys/fs/cgroup', limit: 'memory.max', hits: 'memory.events', pattern: /^max (\d+)/m },
] as const

export class MemoryCgroup {
  readonly path: string
  readonly #version: (typeof VERSIONS)[number]

  private constructor(path: string, version: (typeof VERSIONS)[number]) {
    this.path = path
    this.#version = version
  }

  /** null: none can be made here. */
  static make(bytes: number): MemoryCgroup | null {
    for (const version of VERSIONS) {
      const path = join(version.root, `osqwatch-test-${process.pid}`)
      try {
        mkdirSync(path)
        if (existsSync(join(path, version.limit))) {
          writeFileSync(join(path, version.limit), String(bytes))
          return new MemoryCgroup(path, version)
        }
        rmdirSync(path)
      } catch {}
    }
    return null
  }

  /** A program and its arguments that become what follows them, in this cgroup. */
  get before(): string[] {
    return ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(this.path, 'cgroup.procs')]
  }

  /** How often its limit was met. */
  get hits(): number {
    const told = readFileSync(join(this.path, this.#version.hits), 'latin1')
    return Number(this.#version.pattern.exec(told)?.[1] ?? 0)
  }

  /** false: somebody is in it still. */
  remove(): boolean {
    try {
      rmdirSync(this.path)
      return true
    } catch {
      return false
    }
  }
}
