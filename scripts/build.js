/**
 * Builds dist/ in place: `node scripts/build.js`. Files that are up to date are not touched, because a watcher may be running
 * from them (`npx osqwatch` in this folder builds, too). Files without a source are removed. Remove dist/ to build from scratch.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage } from './page.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** Exits with the compiler's code if there are type errors. `tests`: also builds dist/test/. */
export async function build({ tests = false } = {}) {
  process.chdir(ROOT)
  compile(tests ? 'tsconfig.test.json' : 'tsconfig.json')
  for (const folder of ['lib', 'workers', ...(tests ? ['test'] : [])]) removeStale(join('dist', folder))
  chmodSync('dist/lib/cli.js', 0o755)
  await buildPage()
}

function compile(project) {
  try {
    execFileSync(process.execPath, [tsc, '-b', project], { stdio: 'inherit' })
  } catch (error) {
    process.exit(error.status ?? 1)
  }
}

function removeStale(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const built = join(entry.parentPath, entry.name)
    if (entry.isFile() && /\.c?[jt]s(\.map)?$/.test(entry.name) && !existsSync(sourceOf(built))) rmSync(built)
  }
}

/** dist/lib/x.d.cts → lib/x.cts */
function sourceOf(built) {
  return built.replace(/^dist./, '').replace(/(\.d)?\.(c?)[jt]s(\.map)?$/, '.$2ts')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
