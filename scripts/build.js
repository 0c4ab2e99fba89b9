/**
 * Builds dist/ in place: what is up to date is not touched, so that a watcher may run from it meanwhile (`npx osqwatch` in this
 * folder builds, too), and what has no source any more goes. Remove dist/ for a build from scratch.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buildPage } from './page.js'

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' })

for (const folder of ['lib', 'workers']) {
  for (const entry of readdirSync(join('dist', folder), { recursive: true, withFileTypes: true })) {
    const built = join(entry.parentPath, entry.name)
    if (entry.isFile() && !existsSync(sourceOf(built))) rmSync(built)
  }
}
chmodSync('dist/lib/cli.js', 0o755)
await buildPage()

/** dist/lib/x.d.cts → lib/x.cts */
function sourceOf(built) {
  return built.replace(/^dist./, '').replace(/(\.d)?\.(c?)[jt]s$/, '.$2ts')
}
