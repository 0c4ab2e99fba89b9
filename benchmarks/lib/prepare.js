/** What has to be there before anything is measured: the library, built, and its rivals, installed as the lock says. */
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { ROOT } from './places.js'

export function prepare() {
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: ROOT, stdio: 'inherit' })
  if (isInstalled()) return
  const flags = ['--prefix', 'benchmarks', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['ci', ...flags], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** npm writes this file last. */
function isInstalled() {
  const mark = `${ROOT}benchmarks/node_modules/.package-lock.json`
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${ROOT}benchmarks/package-lock.json`).mtimeMs
}
