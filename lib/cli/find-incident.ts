/** Which incident somebody means: a file, a number of the list, or the latest. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problems, Section } from '../options/check.js'
import { incidentsOf } from '../options/incidents.js'
import { listIncidents } from '../os/incident-files.js'
import { defaultIncidentsDir } from '../os/incidents-place.js'
import { readSettings } from '../settings/index.js'
import { OsqwatchError } from '../wire/errors.js'

const LATEST = 'latest'

/** That one, or the one in which a watcher that is started here leaves them. */
export const folderOf = (dir: string | undefined): string => (dir === undefined ? folderOfSettings() : resolve(dir))

/** Settings that are wrong keep nobody from reading what there is, but are told of: they may name another folder. */
function folderOfSettings(): string {
  const otherwise = defaultIncidentsDir()
  try {
    const { options } = readSettings({ env: process.env, from: process.cwd() })
    const { config } = incidentsOf(new Section(new Problems(), '', options, null))
    return config?.dir ?? otherwise
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    process.stderr.write(`osqwatch: ${error.message}\nosqwatch: so this is of the default folder, ${otherwise}\n`)
    return otherwise
  }
}

/** `latest`, or a number of the list. */
export const isOfList = (file: string): boolean => file === LATEST || /^[1-9]\d*$/.test(file)

/** A file that is called like a number, or `latest`, is meant by `./7`. Throws ERR_OSQWATCH_INCIDENT where there is none. */
export async function pathOf(file: string, dir: string | undefined): Promise<string> {
  if (!isOfList(file)) return existsSync(file) ? file : missing(`there is no file ${JSON.stringify(file)}`)
  const folder = folderOf(dir)
  const listed = await listIncidents(folder)
  const found = listed[file === LATEST ? 0 : Number(file) - 1]
  if (found !== undefined) return found.path
  return missing(
    listed.length === 0
      ? `there are no incidents in ${folder}`
      : `there are only ${listed.length} incidents in ${folder}`,
  )
}

function missing(why: string): never {
  throw new OsqwatchError('ERR_OSQWATCH_INCIDENT', why)
}
