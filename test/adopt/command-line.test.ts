import t from 'tap'
import { matcher, nameFor, textsOf } from '../../lib/adopt/command-line.js'

t.test('a command line is written by its program’s name, as it was given, and as its shell has it', t => {
  t.strictSame(textsOf('/usr/bin/node', ['a.js', 'b']), ['node a.js b', '/usr/bin/node a.js b'])
  t.strictSame(textsOf('/bin/sh', ['-c', 'npx some-server | tee log']), [
    'npx some-server | tee log',
    'sh -c npx some-server | tee log',
    '/bin/sh -c npx some-server | tee log',
  ])
  t.equal(textsOf('cmd.exe', ['/d', '/s', '/c', '"npx some-server"'])[0], 'npx some-server')
  t.equal(textsOf('bash', ['script.sh'])[0], 'bash script.sh')
  t.equal(textsOf('sh', ['-c'])[0], 'sh -c')
  t.strictSame(textsOf('', []), [])
  t.end()
})

t.test('patterns', t => {
  const cases = [
    ['npx *', 'npx some-server', true],
    ['npx *', 'npx', false],
    ['*', 'whatever\nof two lines', true],
    ['node ?.js', 'node a.js', true],
    ['node ?.js', 'node ab.js', false],
    ['node ?.js', 'node 記.js', true],
    ['a.c', 'abc', false],
    ['[ab]+ (c|d) {1} ^$ \\d', '[ab]+ (c|d) {1} ^$ \\d', true],
    ['sh', 'sh -c x', false],
    ['', '', true],
  ] as const
  for (const [pattern, text, is] of cases) t.equal(matcher(pattern)(text), is, `${pattern} of ${text}`)
  t.end()
})

t.test('names are of one line, short, and one each', t => {
  const free = () => false
  t.equal(nameFor(' sh -c\n\techo  a\0b ', free), 'sh -c echo a b')
  t.equal(nameFor('\n', free), 'child')
  t.equal(nameFor('node --x=/a/b.js "/opt/my app/c.js" ./d/e', free), 'node --x=b.js "my app/c.js" ./d/e')
  t.equal(nameFor('x'.repeat(100), free), `${'x'.repeat(59)}…`)
  const taken = new Set(['a', 'a (2)'])
  t.equal(
    nameFor('a', name => taken.has(name)),
    'a (3)',
  )
  t.end()
})
