/** What CI counts: from whole results, and never a success from results that are not whole. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'

/** The tally of these lines of TAP; its last line is the count. */
function tally(t: Tap, lines: readonly string[] | null): Promise<string[]> {
  const folder = t.testdir(lines === null ? {} : { 'results.tap': lines.join('\n') })
  const args = ['scripts/tally.js', join(folder, 'results.tap')]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: { PATH: process.env.PATH } }, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout.trimEnd().split('\n'))
    })
  })
}

type Tap = Pick<typeof t, 'testdir'>

const FILE = ['# Subtest: a.test.ts', '    ok 1 - one', '    ok 2 - two', '    1..2', 'ok 1 - a.test.ts # time=1ms']

t.test('assertions count, their sums do not', async t => {
  t.strictSame(await tally(t, ['TAP version 14', '1..1', ...FILE]), ['2 passed, 0 failed'])
})

t.test('a failure is counted once, and told with its diagnosis', async t => {
  const nested = [
    '        not ok 1 - deep',
    '          ---',
    '          ok 9 - no result',
    '          ...',
    '    not ok 1 - inner',
  ]
  const lines = await tally(t, ['1..1', '# Subtest: a.test.ts', ...nested, '    ok 2 - fine', 'not ok 1 - a.test.ts'])
  t.strictSame(lines, ['not ok - deep', '          ok 9 - no result', '1 passed, 1 failed'])
})

t.test('a file that was killed is a failure, though its assertions held', async t => {
  const lines = await tally(t, ['1..2', ...FILE, '# Subtest: b.test.ts', '    ok 1 - one', 'not ok 2 - b.test.ts'])
  t.equal(lines.at(-1), '3 passed, 1 failed')
})

t.test('what is skipped or still to do is neither', async t => {
  // TAP's own words, as a test run prints them: a failure that is marked so is none.
  const lines = await tally(t, [
    '1..1',
    '    ok 1 - x',
    '    ok 2 - later # SKIP',
    '    not ok 3 - soon # TODO',
    'ok 1 - a',
  ])
  t.strictSame(lines, ['1 passed, 0 failed'])
})

const BROKEN: Readonly<Record<string, readonly string[] | null>> = {
  'no results at all': null,
  'results that are empty': [],
  'a run that ended before its last file': ['1..2', ...FILE],
  'a run without a plan': FILE,
  'a run that bailed out': ['1..1', ...FILE, 'Bail out! no more'],
  'a run in which nothing was tested': ['1..1', 'ok 1 - a.test.ts # SKIP'],
}

for (const [story, lines] of Object.entries(BROKEN)) {
  t.test(`${story} fails`, async t => {
    t.match((await tally(t, lines)).at(-1), / passed, 1 failed$/)
  })
}
