/**
 * The script and the style of an incident's page: lib/view/page/ and the libraries that it draws with, as one file each in dist/page/.
 * Their licences ask for their names to go with every copy, and for their texts to go with the package.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OUT = 'dist/page'
/** What the page is built from. */
const SOURCES = ['lib/view', 'scripts/page.js', 'package-lock.json']

export async function buildPage() {
  if (isUpToDate()) return
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    entryPoints: { incident: 'lib/view/page/main.ts' },
    outdir: OUT,
    bundle: true,
    minify: true,
    // d3-flame-graph asks a class for its name.
    keepNames: true,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    charset: 'ascii',
    metafile: true,
    write: false,
  })
  const packages = packagesOf(metafile)
  const names = packages.map(({ name, version, license }) => `${name} ${version} (${license})`).join(', ')
  mkdirSync(OUT, { recursive: true })
  for (const { path, text } of outputFiles) {
    const isScript = path.endsWith('.js')
    write(`${OUT}/incident.${isScript ? 'js' : 'css'}`, isScript ? `/* With ${names}. */\n${text}` : text)
  }
  write(`${OUT}/licences.txt`, packages.map(({ name, text }) => `${name}\n\n${text.trim()}\n`).join('\n\n'))
}

/** Those that something of is in it. */
function packagesOf({ inputs }) {
  const folders = Object.keys(inputs).flatMap(path => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [])
  return [...new Set(folders)].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find(name => /^licen[cs]e/i.test(name))
    return { name, version, license, text: file === undefined ? license : readFileSync(`${folder}/${file}`, 'utf8') }
  })
}

function isUpToDate() {
  const built = Math.min(...['incident.js', 'incident.css', 'licences.txt'].map(name => modified(`${OUT}/${name}`)))
  return built > Math.max(...SOURCES.flatMap(filesOf).map(modified))
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true }).map(name => join(path, name))
}

/** 0 if there is no such file. */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Does not rewrite a file that a watcher may be reading, unless its text changed. */
function write(path, text) {
  try {
    if (readFileSync(path, 'utf8') === text) return utimesSync(path, new Date(), new Date())
  } catch {}
  writeFileSync(path, text)
}
