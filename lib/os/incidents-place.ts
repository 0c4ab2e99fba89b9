/** Where incidents are written unless somebody says otherwise: they outlive the session, and the machine's next start. */
import { accessSync, constants } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'

const FOLDERS = ['osqwatch', 'incidents'] as const

/** Nothing is made here. A home that cannot be written to is none. */
export function defaultIncidentsDir(): string {
  const { XDG_STATE_HOME: state = '', LOCALAPPDATA: local = '' } = process.env
  if (process.platform === 'win32' && local !== '') return join(local, ...FOLDERS)
  if (isAbsolute(state)) return join(state, ...FOLDERS)
  const home = homeFolder()
  if (home !== null) return join(home, '.local', 'state', ...FOLDERS)
  return join(tmpdir(), `osqwatch-${process.geteuid?.() ?? 'user'}`, 'incidents')
}

/** null: there is none, as for a user that the system does not know, or nothing can be made in it. */
function homeFolder(): string | null {
  try {
    const home = homedir()
    accessSync(home, constants.W_OK)
    return isAbsolute(home) ? home : null
  } catch {
    return null
  }
}
