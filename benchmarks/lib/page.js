/** docs/benchmarks.md and its plots, from the results that are stored: what was not measured now stays as it was. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { section } from './markdown.js'
import { NAMES } from './names.js'
import { PAGE, PLOTS, RESULTS, ROOT } from './places.js'
import { drawPlot } from './plot.js'

const INTRODUCTION = `# Benchmarks

What watching costs, and how soon it helps. Every figure is a ratio, or stands beside its rivals from the same run. This page is written
by the benchmarks themselves, from the results that are kept in \`benchmarks/results\`: \`npm run bench\` runs all of them, in a few minutes,
and renews it. A target that is missed is shown as missed.`

export function renewPage() {
  const results = NAMES.map(stored).filter(result => result !== null)
  mkdirSync(PLOTS, { recursive: true })
  for (const file of readdirSync(PLOTS)) rmSync(`${PLOTS}/${file}`)
  for (const plot of results.flatMap(result => result.plots)) writeFileSync(`${PLOTS}/${plot.file}`, drawPlot(plot))
  writeFileSync(PAGE, `${[INTRODUCTION, ...results.map(section)].join('\n\n')}\n`)
  format()
}

function stored(name) {
  try {
    return JSON.parse(readFileSync(`${RESULTS}/${name}.json`, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** Short lists on one line, as the formatter wants them. */
function format() {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const args = ['format', '--write', '--log-level=error', RESULTS]
  execFileSync(process.execPath, [biome, ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}
