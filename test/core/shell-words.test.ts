/** Words of a command line, quoted as a POSIX shell reads them. */
import t from 'tap'
import { quoteWord, quoteWords, wordsOf } from '../../lib/core/shell-words.js'

t.test('a word is quoted if a shell would read it differently', async t => {
  for (const word of ['a', '--name=x', '/usr/bin/node', 'a@b.c:8080', '100%', 'a+b', 'a,b', '_', 'A-1'])
    t.equal(quoteWord(word), word)
  for (const word of ['', ' ', 'a b', '$HOME', 'a;b', 'a\n', '*', '~', 'ü', '"', '\\', 'a ', ' a'])
    t.equal(quoteWord(word), `'${word}'`)
  t.equal(quoteWord("it's"), "'it'\\''s'")
  t.equal(quoteWord("''"), "''\\'''\\'''")
})

t.test('words are separated by one space', async t => {
  t.equal(quoteWords(['a', '', 'b c']), "a '' 'b c'")
  t.equal(quoteWords([]), '')
})

t.test('a line is split as a shell splits it', async t => {
  const cases: [string, string[]][] = [
    ['', []],
    ['  ', []],
    ['a', ['a']],
    [' a\t\nb  c ', ['a', 'b', 'c']],
    ["'a b'", ['a b']],
    ["''", ['']],
    ["a '' b", ['a', '', 'b']],
    ["a'b c'd", ['ab cd']],
    ["'it'\\''s'", ["it's"]],
    ['a\\ b', ['a b']],
    ['\\\\', ['\\']],
    ["\\'a b\\'", ["'a", "b'"]],
    ['a\\\nb', ['a\nb']],
    ['"a b"', ['"a', 'b"']],
  ]
  for (const [line, words] of cases) t.strictSame(wordsOf(line), words, JSON.stringify(line))
})

t.test('a line that was cut keeps its last word', async t => {
  t.strictSame(wordsOf("a 'b c"), ['a', 'b c'])
  t.strictSame(wordsOf("a '"), ['a', ''])
  t.strictSame(wordsOf('a b\\'), ['a', 'b'])
  t.strictSame(wordsOf('a \\'), ['a', ''])
})
