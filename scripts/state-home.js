/** What hosts would keep at home, such as incidents, goes into a folder that ends with the run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Settles as `act(folder)` does; `folder` is for XDG_STATE_HOME. */
export async function withStateHome(act) {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-state-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
