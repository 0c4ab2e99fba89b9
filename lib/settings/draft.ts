/** What one source says, while it is read. */
import type { Layer } from '../core/limits.js'
import { show } from '../core/words.js'
import type { Problems } from '../options/check.js'
import type { SettingName } from './table.js'

export interface Said {
  readonly value: unknown
  /** As somebody wrote it: `OSQWATCH_LEVEL`. */
  readonly at: string
}

export interface Reading {
  /** An own value that is undefined is the level's own, whatever weaker sources say. */
  readonly layer: Layer
  readonly said: ReadonlyMap<SettingName | 'adopt', Said>
  /** A flagfile, or one of osquery's watchdog flags. */
  readonly osquerys: boolean
}

/** One source may say a thing by two names, but not two things. */
export class Draft {
  readonly problems: Problems
  readonly #limits = new Map<string, Said>()
  readonly #said = new Map<SettingName | 'adopt', Said>()
  #osquerys: boolean

  constructor(problems: Problems, { osquerys }: { osquerys: boolean }) {
    this.problems = problems
    this.#osquerys = osquerys
  }

  limit(name: string, said: Said) {
    const other = this.#limits.get(name)
    if (other !== undefined) this.#contradiction(said, other, `both set ${name}`)
    this.#limits.set(name, said)
  }

  set(name: SettingName | 'adopt', said: Said) {
    const other = this.#said.get(name)
    if (other !== undefined && other.value !== said.value)
      this.#contradiction(said, other, `here they are ${show(said.value)} and ${show(other.value)}`)
    this.#said.set(name, said)
  }

  refuse(at: string, got: unknown, takes: string) {
    this.problems.add({ option: at, got: show(got), takes })
  }

  /** One of osquery's watchdog flags was given. */
  meantAsOsquery() {
    this.#osquerys = true
  }

  reading(at: string): Reading {
    const column = <T>(field: (said: Said) => T) =>
      Object.fromEntries([...this.#limits].map(([name, said]) => [name, field(said)]))
    const layer = { at, values: column(({ value }) => value), names: column(({ at }) => at), text: true }
    return { layer, said: this.#said, osquerys: this.#osquerys }
  }

  #contradiction(said: Said, other: Said, why: string) {
    this.refuse(said.at, said.value, `what ${other.at} says, or only one of them: ${why}`)
  }
}
