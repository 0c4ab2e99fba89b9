/** How a child is connected to its host: streams, messages, client; and what the messages about wrong options say. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { extension, problemsOf, resolve, resolveOne, takes, wrong } from './setup.js'

const root = realpathSync(t.testdir({ 'app.js': '' }))
const module = join(root, 'app.js')
const command = 'x'

t.test('stdio names all three streams, or each of them', async t => {
  const cases: [unknown, object][] = [
    [undefined, { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }],
    ['inherit', { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }],
    ['ignore', { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }],
    ['pipe', { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' }],
    [{}, { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }],
    [{ stdin: 'inherit' }, { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' }],
    [
      { stdout: 'ignore', stderr: 'pipe' },
      { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' },
    ],
    [{ stderr: 'err.log' }, { stdin: 'ignore', stdout: 'inherit', stderr: { file: join(root, 'err.log') } }],
  ]
  for (const [stdio, expected] of cases)
    t.strictSame(resolveOne({ command, cwd: root, stdio }).stdio, expected, JSON.stringify(stdio))
})

t.test('a module has a channel for JSON messages unless ipc says otherwise; a command has none', async t => {
  const cases: [object, unknown][] = [
    [{ module }, 'json'],
    [{ module, ipc: 'json' }, 'json'],
    [{ module, ipc: 'advanced' }, 'advanced'],
    [{ module, ipc: false }, null],
    [{ command }, null],
  ]
  for (const [child, ipc] of cases) t.equal(resolveOne(child).ipc, ipc, JSON.stringify(child))
})

t.test('a module preloads the client; a command preloads it only on request', async t => {
  t.equal(resolveOne({ module }).client, 'argument')
  t.equal(resolveOne({ command }).client, 'none')
  t.equal(resolveOne({ command, preload: false }).client, 'none')
  t.equal(resolveOne({ command, preload: true }).client, 'environment')
})

t.test('a child has a process group of its own and ends with its watcher', async t => {
  t.match(resolveOne({ command }), { group: 'own', keep: false, tree: true })
  t.equal(resolveOne({ command, tree: false }).tree, false)
})

t.test('a message says what a wrong option accepts', async t => {
  const cases: [object, string][] = [
    [{ command: '' }, 'the name or the path of a program'],
    [{ command: 'a\0b' }, 'the name or the path of a program'],
    [{ module: 5 }, 'a path or a file: URL'],
    [{ module: root }, `a file that is there: ${root} is not`],
    [{ command, execArgv: [] }, 'nothing beside command: these are flags for Node, for a module'],
    [{ command, args: 'a' }, 'an array of strings'],
    [{ command, env: { '': 'a' } }, 'a name that is not empty and has no = in it'],
    [{ command, env: { 'a\0': 'a' } }, 'a name that is not empty and has no = in it'],
    [{ command, env: { A: 1 } }, 'a string, or undefined to take it out'],
    [{ command, env: 'A=b' }, 'a plain object'],
    [{ command, ipc: 'json' }, 'nothing beside command: it is for a module'],
    [{ module, ipc: 'binary' }, "'json', 'advanced' or false"],
    [{ module, preload: true }, 'nothing beside module: it has the client already'],
    [{ command, preload: 'yes' }, 'true or false'],
    [{ command, stdio: 'files' }, "'inherit', 'ignore', 'pipe' or { stdin, stdout, stderr }"],
    [{ command, stdio: { stdin: 'in.txt' } }, "'ignore', 'inherit' or 'pipe'"],
    [{ command, stdio: { stdout: 7 } }, 'a path or a file: URL'],
    [{ command, warnSignal: 'SIGHUP' }, "'SIGUSR1' or 'off'"],
    [{ command, tree: 1 }, 'true or false'],
  ]
  for (const [child, expected] of cases) {
    const problems = problemsOf(extension(child))
    t.strictSame(
      problems.map(({ takes }) => takes),
      [expected],
      problems[0]?.option ?? JSON.stringify(child),
    )
  }
})

t.test('a wrong child is reported by its own name', async t => {
  t.strictSame(wrong(extension({ command, env: { '': 'a' } })), ['extensions.x.env[""]: "a"'])
  t.strictSame(wrong(extension({ module, ipc: true })), ['extensions.x.ipc: true'])
  t.strictSame(wrong(extension({ module, preload: 0 })), ['extensions.x.preload: 0'])
  t.equal(takes({ extensions: { 'a\nb': { command } } }), 'a name that is not empty and has no control characters')
})

t.test('an environment variable may be any text without NUL', async t => {
  t.equal(resolveOne({ command, env: { A: 'b=c\n' } }).env.A, 'b=c\n')
  t.strictSame(wrong(extension({ command, env: { A: 'a\0b' } })), ['extensions.x.env.A: "a\\u0000b"'])
})

t.test('a child has a helper thread unless the incidents of its watcher have none', async t => {
  const witness = (incidents?: object | false) =>
    resolve({ extensions: { x: { command } }, incidents }).config.children.map(child => child.witness)
  t.strictSame(witness(), [true])
  t.strictSame(witness({ witness: false }), [false])
  t.strictSame(witness(false), [false])
})
