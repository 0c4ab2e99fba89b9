/**
 * Bundles each test file with the instrumented sources into one script, so that a process can run it repeatedly, each time with
 * new instances of all modules.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** Loaded once in each process. Their default export is `globalThis.sharedModules[name]`. */
const SHARED = /^(tap|fast-check)$/

/** `tests`: paths below test/. Returns `{ file, script }` for each. */
export async function bundleTests(tests, contents, folder) {
  const root = process.cwd()
  await build({
    entryPoints: tests.map(file => join(root, 'test', file)),
    outdir: folder,
    outbase: join(root, 'test'),
    bundle: true,
    write: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [shareModules, replaceSources(root, contents)],
  })
  return tests.map(file => ({ file: `test/${file}`, script: join(folder, file.replace(/ts$/, 'js')) }))
}

const shareModules = {
  name: 'share-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: SHARED }, ({ path }) => ({ path, namespace: 'shared' }))
    onLoad({ filter: /^/, namespace: 'shared' }, ({ path }) => ({
      contents: `export default globalThis.sharedModules[${JSON.stringify(path)}]`,
    }))
  },
}

const replaceSources = (root, contents) => ({
  name: 'replace-sources',
  setup({ onResolve, onLoad }) {
    // Sources import the compiled files of CommonJS by their later names.
    onResolve({ filter: /^\..*\.cjs$/ }, ({ path, resolveDir }) => {
      const source = resolve(resolveDir, path.replace(/cjs$/, 'cts'))
      return source.includes('node_modules') ? null : { path: source }
    })
    onLoad({ filter: /\.c?ts$/ }, ({ path }) => {
      if (path.includes('node_modules')) return null
      const file = relative(root, path).replaceAll('\\', '/')
      const text = contents.get(file) ?? readFileSync(path, 'utf8')
      const url = pathToFileURL(join(root, 'dist', file.replace(/ts$/, 'js')))
      return {
        contents: text.replaceAll('import.meta.url', JSON.stringify(String(url))),
        loader: 'ts',
        resolveDir: dirname(path),
      }
    })
  },
})
