/** Words of a command line, before anything is made of them. */
import t from 'tap'
import { extensionsOf } from '../../lib/cli/extensions.js'
import { spellOut } from '../../lib/cli/spell-out.js'
import { Problems } from '../../lib/options/check.js'
import { OsqwatchError } from '../../lib/wire/errors.js'

const env = { HOME: '/home/me', SPACED: 'a b' }

const extension = (text: string) => extensionsOf(new Problems(), [text], env)

/** What the one wrong `--ext` takes. */
function takes(...given: string[]): string | undefined {
  const problems = new Problems()
  extensionsOf(problems, given, env)
  try {
    problems.throwIfAny()
  } catch (error) {
    if (error instanceof OsqwatchError && error.problems.length === 1) return error.problems[0]?.takes
  }
}

t.test('--ext: a name and a command, split as a shell would', async t => {
  t.strictSame(extension('a=./search --stdio'), { a: { command: './search', args: ['--stdio'] } })
  t.strictSame(extension(`a b=x 'one word' "$HOME/x" $SPACED \\$HOME`), {
    'a b': { command: 'x', args: ['one word', '/home/me/x', 'a b', '$HOME'] },
  })
  t.strictSame(extension('a=sh -c "x | y; z"'), { a: { command: 'sh', args: ['-c', 'x | y; z'] } })
  t.strictSame(extension('a=env A=b x'), { a: { command: 'env', args: ['A=b', 'x'] } })
  t.strictSame(extension('a=x $NOBODY_SET_THIS y'), { a: { command: 'x', args: ['', 'y'] } })
})

t.test('--ext: what needs a shell is refused by its name', async t => {
  t.match(takes('a=x | y'), /without the operator \|: there is no shell/)
  t.match(takes('a=x && y'), /without the operator &&/)
  t.match(takes('a=x > y'), /without the operator >/)
  t.match(takes('a=x *.js'), /without a pattern \(\*\.js\)/)
  t.match(takes('a=x # y'), /without a comment/)
  t.match(takes('a='), /a program after the =/)
  t.match(takes('=x'), /name=command/)
  t.match(takes('a=x', 'a=y'), /another name: there is a a already/)
})

t.test('booleans get their values, and nobody else is touched', async t => {
  const spelled = (...args: string[]) => spellOut(args, ['tree', 'disable_watchdog'], name => name === '--memory')
  t.strictSame(spelled('--tree', 'app', '--tree'), ['--tree=true', 'app', '--tree'])
  t.strictSame(spelled('--no-tree', '--notree'), ['--tree=false', '--tree=false'])
  t.strictSame(spelled('--nodisable_watchdog', '--', '--tree'), ['--disable_watchdog=false', '--', '--tree'])
  t.strictSame(spelled('--memory', '--tree', '--tree=no'), ['--memory', '--tree', '--tree=no'], 'a value is no option')
  t.strictSame(spelled('--memory'), ['--memory'])
  t.strictSame(spelled('--memory=1MB', '--x', '--tree'), ['--memory=1MB', '--x', '--tree=true'])
})
