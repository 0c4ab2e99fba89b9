/** `osqwatch run`: any program under a host; from outside it is that program. */
import { join } from 'node:path'
import t from 'tap'
import { root } from '../fixtures/paths.js'
import { finish, start } from './registered.js'
import { until } from './until.js'

const CLI = join(root, 'dist/lib/cli.js')
const run = (t: Parameters<typeof start>[0], ...words: readonly string[]) => start(t, [CLI, 'run', ...words])

t.test('its streams and its exit status', async t => {
  const host = run(t, '--restart', 'never', '--', 'sh', '-c', 'read line; echo "heard $line"; exit 4')
  host.order('something')
  const { end, said } = await finish(host)
  t.strictSame(end, [4, null])
  t.match(said, [{ text: 'heard something' }])
})

t.test('SIGTERM is for it', async t => {
  const host = run(t, '--', 'sh', '-c', `trap 'echo asked; exit 3' TERM; echo up; while :; do read line; done`)
  await until('it is up', () => host.said.some(({ text }) => text === 'up'))
  host.kill('SIGTERM')
  host.order('go on')
  const { end, said } = await finish(host)
  t.strictSame(end, [3, null])
  t.strictSame(
    said.map(({ text }) => text),
    ['up', 'asked'],
  )
})

t.test('a program that is not there', async t => {
  const { end, stderr } = await finish(run(t, '--', 'no-such-program'))
  t.strictSame(end, [1, null])
  t.match(stderr, /cannot start \(ENOENT\).*no-such-program/)
})
