/** examples/web-server: a real server under a real load. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'

interface Chapter {
  readonly chapter: string
  readonly answered: number
  readonly failed: number
  readonly same: boolean
  readonly story: readonly string[]
}

t.test('saturated, leaking, spinning', async t => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/web-server/main.js'], {
    env: { ...CLEAN_ENV },
  })
  const lines = stdout.split('\n').filter(line => line.startsWith('{'))
  const [saturated, leak, spin] = lines.map(line => JSON.parse(line) as Chapter)
  t.match(saturated, { chapter: 'saturated', failed: 0, same: true, story: [] }, 'busy and healthy, it is left alone')
  t.ok(Number(saturated?.answered) > 0)
  t.match(leak, { chapter: 'leak', same: false })
  t.strictSame(leak?.story.slice(0, 2), ['limit: memory', 'warn'])
  t.equal(leak?.story.at(-1), 'exit')
  t.match(stdout, /server: .*memory.*: no more requests/, 'it heard the warning')
  t.match(spin, { chapter: 'spin', same: false })
  t.equal(spin?.story[0], 'limit: heartbeat')
  t.ok(Number(spin?.failed) > 0, 'while it spins, nobody is answered')
})
