/** Which runs of Node are not supervised. */
import t from 'tap'
import { type Run, refusalOf } from '../../lib/host/refusal.js'

const folder = t.testdir({ 'app.js': '' })
const OURS = ['--import', 'osqwatch/register']
const run = (over: Partial<Run>): Run => ({
  argv: ['/usr/bin/node', `${folder}/app.js`],
  execArgv: OURS,
  env: {},
  cwd: folder,
  ...over,
})
const asked = (over: Partial<Run>) => refusalOf(run(over), 'file:///register.js')

t.test('an app is supervised, with its .js or without, inspected or not', async t => {
  t.equal(asked({}), null)
  t.equal(asked({ argv: ['node', `${folder}/app`] }), null)
  t.equal(asked({ execArgv: [...OURS, '--inspect=0', '--expose-gc'] }), null)
})

for (const flag of [
  '-e',
  '--eval=1',
  '-p',
  '-pe',
  '-i',
  '-c',
  '--check',
  '--test',
  '--inspect-brk',
  '--inspect_brk=0',
]) {
  t.test(`${flag} is refused, and it is said why`, async t => {
    t.match(asked({ execArgv: [...OURS, flag, '1'] }), { reason: /\w/ })
  })
}

t.test('so are flags of NODE_OPTIONS', async t => {
  t.match(asked({ env: { NODE_OPTIONS: '--permission' } }), { reason: /--permission/ })
})

t.test('and what is no script', async t => {
  for (const argv of [['node'], ['node', '-'], ['node', 'inspect', 'app.js']])
    t.match(asked({ argv }), { reason: /again/ })
})

t.test("a script that is not there is Node's own matter, unless hooks may find it", async t => {
  const argv = ['node', `${folder}/nothing`]
  t.equal(asked({ argv }), 'silent')
  t.equal(asked({ argv, execArgv: [...OURS, '--import', 'tsx'] }), null)
})

t.test('the children of a test runner are left to it', async t => {
  t.equal(asked({ env: { NODE_TEST_CONTEXT: 'child-v8' } }), 'silent')
})

t.test('who starts the app is none: run again, a script that failed would fail again', async t => {
  for (const name of ['npm-cli.js', 'npx-cli.js', 'yarn', 'pnpm.cjs']) {
    const launcher = t.testdir({ [name]: '' })
    t.equal(asked({ argv: ['node', `${launcher}/${name}`] }), 'silent', name)
  }
})
