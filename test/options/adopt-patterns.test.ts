/** The patterns of `adoptAll`: which limits a command line gets, and which are left alone. */
import t from 'tap'
import { resolveAll } from '../../lib/adopt/rules.js'

const MB = 1_048_576

/** The memory limit that each command line gets; null: it is left alone. */
function memoryOf(adopt: unknown, lines: readonly string[]): (number | null)[] {
  const { choose } = resolveAll({ limits: { memory: '900MB' }, adopt })
  return lines.map(line => {
    const [file = '', ...args] = line.split(' ')
    return choose(file, args)?.memory ?? null
  })
}

t.test('a pattern with false leaves alone what matches it, and the first that matches counts', async t => {
  const lines = ['git status', 'git gc --auto', 'npx vite', 'node server.js']
  t.strictSame(memoryOf({ 'git *': false, 'npx *': { memory: '500MB' } }, lines), [null, null, 500 * MB, 900 * MB])
  t.strictSame(memoryOf({ 'git gc*': { memory: '100MB' }, 'git *': false }, lines), [
    null,
    100 * MB,
    900 * MB,
    900 * MB,
  ])
  t.strictSame(memoryOf({ '*': false }, lines), [null, null, null, null])
  t.strictSame(memoryOf({ 'git *': undefined }, lines), [900 * MB, 900 * MB, 900 * MB, 900 * MB])
  t.strictSame(memoryOf(undefined, lines), [900 * MB, 900 * MB, 900 * MB, 900 * MB])
})

t.test('what is neither limits nor false is refused', async t => {
  for (const limits of [true, null, 0, 'off', []])
    t.throws(() => resolveAll({ adopt: { 'git *': limits } }), {
      code: 'ERR_OSQWATCH_OPTIONS',
      problems: [{ option: 'adopt["git *"]' }],
    })
})
