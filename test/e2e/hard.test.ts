/** memoryHard: SIGKILL at once, whatever else is under way. */
import t from 'tap'
import { app, Output, PATIENT, QUICK, type Watched, watch } from './helpers.js'

/** Its hello may come at any moment: it is over its limit from its first lines on. */
const laterStory = (watched: Watched) =>
  watched
    .story('worker')
    .filter(type => type !== 'ready')
    .slice(1)

const limits = { ...QUICK, memoryHard: '200MB' } as const

t.test('no warning, no SIGTERM, and no delay', async t => {
  const worker = app('hoard=300 usr1 warned deaf', { restart: 'never', limits: { delay: '10 min' } })
  const watched = await watch(t, { limits, worker })
  t.match(await watched.event('limit'), { verdict: 'memory', limitName: 'memoryHard', message: /SIGKILL at once/ })
  t.match(await watched.event('exit'), { signal: 'SIGKILL', cause: 'limit', verdict: 'memory' })
  t.strictSame(laterStory(watched), ['limit', 'kill', 'exit'])
})

t.test('in the middle of a ladder', async t => {
  const output = new Output(t)
  const worker = app('hoard=100 hoard-when-warned=300', {
    restart: 'never',
    stdio: output.stdio,
    limits: { memoryTotal: '80MB', memoryHard: '250MB', warnDelay: PATIENT },
  })
  const watched = await watch(t, { limits, worker })
  t.match(await watched.event('exit'), { signal: 'SIGKILL', cause: 'limit', verdict: 'memory' })
  t.strictSame(
    watched.all('limit').map(({ limitName }) => limitName),
    ['memoryTotal', 'memoryHard'],
  )
  t.strictSame(laterStory(watched), ['limit', 'warn', 'limit', 'kill', 'exit'])
})
