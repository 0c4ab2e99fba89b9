/** A minute of chaos; `npm run chaos` runs longer ones. */
import t from 'tap'
import { runScript } from '../fixtures/run-script.js'

t.test('a minute of random faults breaks no invariant', async t => {
  const { code, output } = await runScript(t, 'test/chaos/run.js', '--seconds', '60')
  t.equal(code, 0, output)
})
