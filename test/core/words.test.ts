/** The parts of messages about wrong values. */
import fc from 'fast-check'
import t from 'tap'
import { anyOf, nearest, show, unknownName } from '../../lib/core/words.js'

t.test('a value is formatted in one line: text quoted, objects by their kind', async t => {
  const cases: [unknown, string][] = [
    ['300MB', '"300MB"'],
    ['two\nlines', '"two\\nlines"'],
    ['', '""'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 'a result', 'a function'],
    [class Child {}, 'a function'],
    [new URL('file:///app/worker.js'), 'file:///app/worker.js'],
    [[1, 2], 'an array'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
  ]
  for (const [value, text] of cases) t.equal(show(value), text)
})

t.test('text is shown in full up to 4096 characters, and cut beyond', async t => {
  t.equal(show('x'.repeat(4_096)), `"${'x'.repeat(4_096)}"`)
  t.equal(show(`${'x'.repeat(4_096)}y`), `"${'x'.repeat(4_096)}…"`)
})

t.test('every value can be formatted', async t => {
  fc.assert(fc.property(fc.anything(), value => typeof show(value) === 'string'))
  t.pass('without an error')
})

t.test('alternatives are separated by commas and one "or"', async t => {
  t.strictSame(
    [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map(words => anyOf(words)),
    ['', 'a', 'a or b', 'a, b or c', 'a, b, c or d'],
  )
})

t.test('a suggestion differs by at most three edits and a third of its length', async t => {
  const cases: [string, string | null][] = [
    ['memory', 'memory'],
    ['MEMORY', 'memory'],
    ['memroy', 'memory'],
    ['memoryy', 'memory'],
    ['emory', 'memory'],
    ['mmry', 'memory'],
    ['mmr', null],
    ['intervals', 'interval'],
    ['inte', null],
    ['heartbeatLim', 'heartbeatLimit'],
    ['hartbeatLim', 'heartbeatLimit'],
    ['hartbeatLi', null],
    ['cpu', null],
    ['env', 'env'],
    ['enw', 'env'],
    ['ewn', null],
    ['', null],
  ]
  for (const [name, known] of cases)
    t.equal(nearest(name, ['memory', 'interval', 'heartbeatLimit', 'env']), known, name)
  t.equal(nearest('memory', ['Memory']), 'Memory', 'case is ignored')
  t.equal(nearest('memory', []), null)
})

t.test('the nearest name is suggested, and the first of several equally near ones', async t => {
  t.equal(nearest('latencies', ['latencied', 'latency', 'latencies']), 'latencies')
  t.equal(nearest('delax', ['delaxy', 'delay']), 'delaxy')
  t.equal(nearest('delax', ['delay', 'delaxy']), 'delay')
  t.equal(nearest('respawnDelai', ['respawnLimit', 'respawnDelay']), 'respawnDelay')
})

t.test('one letter added, dropped or changed is always recognized', async t => {
  const known = 'respawnMaxDelay'
  const edit = fc.record({
    at: fc.nat(known.length - 1),
    letter: fc.constantFrom('x', 'q', '_'),
    how: fc.constantFrom('add', 'drop', 'change'),
  } as const)
  fc.assert(
    fc.property(edit, ({ at, letter, how }) => {
      const rest = known.slice(how === 'add' ? at : at + 1)
      const text = known.slice(0, at) + (how === 'drop' ? '' : letter) + rest
      return nearest(text, ['stopTimeout', known, 'memory']) === known
    }),
  )
  t.pass('at any place')
})

t.test('an error about an unknown name suggests one and lists all', async t => {
  t.equal(
    unknownName('memory', ['memory', 'delay']),
    'nothing: no such name (did you mean memory?); known are memory, delay',
  )
  t.equal(unknownName(null, ['memory', 'delay']), 'nothing: no such name; known are memory, delay')
})
