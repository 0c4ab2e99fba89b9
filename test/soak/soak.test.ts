/** Enough runs of children for a leak to show; `npm run soak` runs more. */
import t from 'tap'
import { runScript } from '../fixtures/run-script.js'

t.test('after 1200 runs of children the host has grown in nothing', async t => {
  const { code, output } = await runScript(t, '--expose-gc', 'test/soak/run.js', '--lives', '1200')
  t.equal(code, 0, output)
})
