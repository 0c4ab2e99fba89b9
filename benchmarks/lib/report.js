/**
 * What becomes of a measurement. A benchmark exports `title` and `measure({ quick, log })`, which answers with plain data:
 *
 *   { name, title, story,                      story: a paragraph of Markdown, what was done and what to read from it
 *     tables:  [{ title, head: [], rows: [[]], note? }],
 *     plots:   [{ file, title, kind: 'line' | 'bar', x: { label, log? }, y: { label, log? },
 *                 series: [{ name, dashed?, points: [[x, y]] }], note? }],   x of bars: words
 *     targets: [{ what, wanted, got, held }],
 *     rivals?: ['pidusage'],                   packages whose versions are to be told
 *     versions?: { monit: '5.33' },            of rivals that are no packages
 *     runs?: 'five rounds, …', spread?: '…',   one sentence each
 *     data? }                                  anything else worth keeping
 *
 * It ends with `if (process.argv[1] === import.meta.filename) await alone(measure)`. The library and its rivals may not be
 * there yet when it is loaded: it imports them inside of `measure`, or in processes of their own.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { endAll } from './children.js'
import { machine, versions } from './facts.js'
import { tempFolder } from './folder.js'
import { RESULTS } from './places.js'
import { prepare } from './prepare.js'
import { print } from './terminal.js'

export async function alone(measure) {
  prepare()
  // Who keeps incidents where it comes keeps them here, and not at the user's home.
  process.env.XDG_STATE_HOME = tempFolder('state')
  const quick = process.argv.includes('--quick')
  const began = performance.now()
  const result = await measure({ quick, log: line => console.error(line) })
  await endAll()
  print(result)
  store(result, quick, (performance.now() - began) / 1000)
  // It draws with what has perhaps just been installed.
  const { renewPage } = await import('./page.js')
  renewPage()
}

function store({ rivals, versions: others, ...result }, quick, seconds) {
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    quick,
    seconds: Math.round(seconds),
    machine: machine(),
    versions: { ...versions(rivals), ...others },
  }
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(`${RESULTS}/${result.name}.json`, `${JSON.stringify({ ...result, ...facts }, null, 2)}\n`)
}
