/** The table of limits, and docs/options.md, which is generated from it. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { LIMIT_NAMES, LIMITS } from '../../lib/core/limits.js'

const rows = readFileSync(new URL('../../../docs/options.md', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('|'))
  .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim()))

t.test('docs/options.md describes each limit as the table does', async t => {
  for (const name of LIMIT_NAMES) {
    const { flag, meaning, words } = LIMITS[name]
    const cells = rows.find(cells => cells[1] === `\`${name}\``) ?? []
    t.equal(cells.at(-2), meaning, `${name} means`)
    t.match(meaning, /^[A-Z].{20,}\.$/, 'a sentence')
    if (flag !== undefined)
      t.ok(
        cells.some(cell => cell.startsWith(`\`${flag.name}\` (${flag.unit}`)),
        `${name} has its flag`,
      )
    for (const word of Object.keys(words)) t.ok(cells[3]?.includes(`\`'${word}'\``), `${name} takes ${word}`)
  }
})

t.test("every limit accepts 'off', and only respawnMinUptime accepts another word", async t => {
  const words = LIMIT_NAMES.map(name => Object.keys(LIMITS[name].words).join(' '))
  t.strictSame(
    words.filter(words => words !== 'off'),
    ['off any'],
  )
})
