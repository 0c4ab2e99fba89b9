/** Folders that are gone when the benchmark is. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function tempFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `osqwatch-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
