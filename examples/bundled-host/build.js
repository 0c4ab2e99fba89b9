/**
 * node examples/bundled-host/build.js OUTDIR: the host as four bundles. `external` is the simple way: osqwatch stays a package
 * that the bundle imports. `inside` takes it into the bundle; the package has to be installed beside it all the same, since the
 * thread and the children start from files of it.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = file => fileURLToPath(new URL(file, import.meta.url))
const outdir = process.argv[2] ?? here('./dist')

const WAYS = { external: ['osqwatch'], inside: [] }
const FORMATS = { esm: 'mjs', cjs: 'cjs' }

mkdirSync(outdir, { recursive: true })
for (const [way, external] of Object.entries(WAYS)) {
  for (const [format, extension] of Object.entries(FORMATS)) {
    const outfile = join(outdir, `${way}.${extension}`)
    await build({ entryPoints: [here('./host.js')], bundle: true, platform: 'node', format, external, outfile })
  }
}
copyFileSync(here('./leak.js'), join(outdir, 'leak.js'))
