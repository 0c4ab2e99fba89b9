/** The command `osqwatch replay`: reads a file, prints an outcome per line. */
import { execFile } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { CLEAN_ENV, fixture } from '../fixtures/client-setup.js'
import { INCIDENTS } from '../fixtures/incidents.js'
import { root } from '../fixtures/paths.js'

interface Result {
  readonly code: number
  readonly lines: readonly string[]
  readonly stderr: string
}

function run(command: string, args: readonly string[], cwd = root): Promise<Result> {
  return new Promise(resolve => {
    execFile(command, args, { cwd, env: { ...CLEAN_ENV, HOME: cwd, XDG_STATE_HOME: '' } }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter(line => line !== '')
      resolve({ code: error === null ? 0 : Number(error.code), lines, stderr })
    })
  })
}

const replay = (file: string, ...whatIf: string[]) =>
  run(process.execPath, [join(root, 'dist/lib/cli.js'), 'replay', file, ...whatIf])

const cases = (name: string) =>
  readFileSync(fixture(`conformance/${name}`), 'utf8')
    .trimEnd()
    .split('\n')

t.test('an outcome per recorded case', async t => {
  const recorded = [...cases('limits.jsonl'), ...cases('respawn.jsonl')]
  const file = join(t.testdir({ 'all.jsonl': recorded.join('\n') }), 'all.jsonl')
  const { code, lines, stderr } = await replay(file)
  t.strictSame([code, stderr, lines.length], [0, '', recorded.length])
  t.strictSame(JSON.parse(lines[0] as string), JSON.parse(recorded[0] as string).expect)
})

t.test('a line that is not a case ends it; the outcomes before it are printed', async t => {
  const [first] = cases('respawn.jsonl')
  const file = join(t.testdir({ 'bad.jsonl': `${first}\nnull\n${first}\n` }), 'bad.jsonl')
  const { code, lines, stderr } = await replay(file)
  t.strictSame([code, lines.length], [2, 1])
  t.match(stderr, /line 2 is no recorded case/)
})

t.test('an incident under other limits; all wrong options at once', async t => {
  const file = join(t.testdir({ 'incident.json': JSON.stringify(INCIDENTS.leak, null, 2) }), 'incident.json')
  const sooner = await replay(file, '--memory=100MB')
  t.strictSame([sooner.code, sooner.stderr], [0, ''])
  t.match(JSON.parse(sooner.lines[0] as string), { verdict: 'memory', tick: 64, seconds: 195 })
  const wrong = await replay(file, '--memory', '20', '--memory-total', 'lots')
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /2 options are wrong:\n {2}--memory: got "20", takes .*\n {2}--memory-total: got "lots"/)
})

t.test('npx finds the program where the package is installed', async t => {
  const [first] = cases('respawn.jsonl')
  // Not in this package's own folder: there npx would first run its `prepare`, and build dist/ anew under the other tests.
  const folder = t.testdir({ 'package.json': '{}', 'one.jsonl': `${first}\n`, node_modules: { '.bin': {} } })
  symlinkSync(join(root, 'dist/lib/cli.js'), join(folder, 'node_modules/.bin/osqwatch'))
  const { code, lines } = await run('npx', ['--no-install', 'osqwatch', 'replay', 'one.jsonl'], folder)
  t.strictSame([code, lines.length], [0, 1])
})

t.test('a file that is not there', async t => {
  const { code, lines, stderr } = await replay('no-such-file.jsonl')
  t.strictSame([code, lines], [1, []])
  t.match(stderr, /^osqwatch: .*no-such-file\.jsonl/)
})

t.test('a reader that has enough is no fault', async t => {
  const [one] = cases('respawn.jsonl')
  // Far more than a pipe holds.
  const file = join(t.testdir({ 'many.jsonl': `${one}\n`.repeat(5_000) }), 'many.jsonl')
  const script = `"${process.execPath}" dist/lib/cli.js replay "${file}" | head -n 1`
  const { lines, stderr } = await run('sh', ['-c', script])
  t.equal(lines.length, 1)
  t.equal(stderr, '')
})
