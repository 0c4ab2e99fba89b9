/** `osqwatch replay`: recorded cases of osquery's own watcher, and ours decides each as it did. */
import { execFile } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { CLEAN_ENV, fixture } from '../fixtures/client-setup.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Result {
  readonly code: number
  readonly lines: readonly string[]
  readonly stderr: string
}

function run(command: string, args: readonly string[], cwd = root): Promise<Result> {
  return new Promise(resolve => {
    execFile(command, args, { cwd, env: { ...CLEAN_ENV, HOME: cwd } }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter(line => line !== '')
      resolve({ code: error === null ? 0 : Number(error.code), lines, stderr })
    })
  })
}

const replay = (file: string) => run(process.execPath, [join(root, 'dist/lib/cli.js'), 'replay', file])

const cases = (name: string) =>
  readFileSync(fixture(`conformance/${name}`), 'utf8')
    .trimEnd()
    .split('\n')

interface Respawns {
  readonly delays: readonly number[]
  readonly shutdown: boolean
  readonly code: number
}

/** A case that was cut off tells only the delays that it had until then. */
function comparable(outcome: Respawns, expected: Respawns): Partial<Respawns> {
  const { delays, shutdown, code } = outcome
  return expected.shutdown ? { delays, shutdown, code } : { delays: delays.slice(0, expected.delays.length) }
}

t.test('limits: the same verdict, at the same sample, with the same value', async t => {
  const recorded = cases('limits.jsonl').map(line => JSON.parse(line))
  const { code, lines, stderr } = await replay(fixture('conformance/limits.jsonl'))
  t.strictSame([code, stderr, lines.length], [0, '', recorded.length])
  for (const [index, { expect }] of recorded.entries()) {
    t.strictSame(JSON.parse(lines[index] as string), expect, `line ${index + 1}`)
  }
})

t.test('respawn: the same waits, and the same end', async t => {
  const recorded = cases('respawn.jsonl').map(line => JSON.parse(line))
  const { code, lines, stderr } = await replay(fixture('conformance/respawn.jsonl'))
  t.strictSame([code, stderr, lines.length], [0, '', recorded.length])
  for (const [index, { expect }] of recorded.entries()) {
    const outcome = JSON.parse(lines[index] as string)
    t.strictSame(comparable(outcome, expect), comparable(expect, expect), `line ${index + 1}`)
  }
})

t.test('the cases here cover each level, each verdict and each end', async t => {
  const limits = cases('limits.jsonl').map(line => JSON.parse(line))
  const respawn = cases('respawn.jsonl').map(line => JSON.parse(line))
  const kinds = (values: readonly unknown[]) => [...new Set(values.map(String))].sort()
  for (const recorded of [limits, respawn]) {
    t.strictSame(kinds(recorded.map(({ flags }) => flags.watchdog_level)), ['-1', '0', '1'])
  }
  t.strictSame(kinds(limits.map(({ expect }) => expect.verdict)), ['cpu', 'memory', 'null'])
  t.strictSame(kinds(respawn.map(({ expect }) => expect.code)), ['0', '1', '78'])
})

t.test('npx finds the program where the package is installed', async t => {
  const [first] = cases('respawn.jsonl')
  // Not in this package's own folder: there npx would first run its `prepare`, and build dist/ anew under the other tests.
  const folder = t.testdir({ 'package.json': '{}', 'one.jsonl': `${first}\n`, node_modules: { '.bin': {} } })
  symlinkSync(join(root, 'dist/lib/cli.js'), join(folder, 'node_modules/.bin/osqwatch'))
  const { code, lines } = await run('npx', ['--no-install', 'osqwatch', 'replay', 'one.jsonl'], folder)
  t.strictSame([code, lines.length], [0, 1])
})

const BAD: readonly (readonly [line: string, tells: RegExp])[] = [
  ['{"kind":', /line 2 is not JSON/],
  ['{"kind":"other"}', /line 2 is no recorded case/],
  ['null', /line 2 is no recorded case/],
  ['{"kind":"limits","flags":{},"cores":1,"ticks":[[0,0,0]]}', /ticks of four numbers/],
  ['{"kind":"respawn","flags":{},"uptimes":[1],"exits":[]}', /of one length/],
]

for (const [line, tells] of BAD) {
  t.test(`a line that is no case: ${line}`, async t => {
    const [first] = cases('respawn.jsonl')
    const file = join(t.testdir({ 'bad.jsonl': `${first}\n${line}\n${first}\n` }), 'bad.jsonl')
    const { code, lines, stderr } = await replay(file)
    t.equal(code, 2)
    t.equal(lines.length, 1, 'what came before it is told')
    t.match(stderr, tells)
  })
}

t.test('an empty file has no outcomes', async t => {
  const file = join(t.testdir({ 'empty.jsonl': '\n' }), 'empty.jsonl')
  t.strictSame(await replay(file), { code: 0, lines: [], stderr: '' })
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
