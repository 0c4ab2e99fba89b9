/** The setting `incidents`: in files all that a watcher takes, elsewhere a folder or false. */
import { Problems, Section } from '../options/check.js'
import { incidentsOf } from '../options/incidents.js'
import type { IncidentsOptions } from '../options/types.js'

/** What a file says of it, with its folder as an absolute path; undefined where it is wrong, which is noted. */
export function readIncidents(problems: Problems, value: object, base: string): IncidentsOptions | undefined {
  const own = new Problems()
  const { config } = incidentsOf(new Section(own, '', { incidents: value }, null), base)
  problems.add(...own.list)
  if (own.any || config === null) return undefined
  return 'dir' in value ? { ...value, dir: config.dir } : value
}

/** Of several sources, the weakest first: each says something of it, but false takes back all. */
export function mergedIncidents(said: readonly unknown[]): string | false | IncidentsOptions | undefined {
  const last = said.at(-1)
  if (last === undefined || last === false) return last
  const since = said.slice(said.lastIndexOf(false) + 1)
  return Object.assign({}, ...since.map(value => (typeof value === 'string' ? { dir: value } : value)))
}
