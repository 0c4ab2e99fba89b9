/** The memory limits on programs that grow: which one, since when, and the whole story in one line. */
import t from 'tap'
import { app, Output, PATIENT, QUICK, type Watched, watch, withinDelay } from './helpers.js'

const MB = 1024 * 1024
const LIMITS = { ...QUICK, forcedShutdownDelay: PATIENT }

/** Its growth begins once it has a baseline; what Node itself needs to start is in it then. */
async function grow(watched: Watched, name: string): Promise<void> {
  await watched.event('ready', { child: name })
  const settled = () => watched.all('sample', { child: name }).some(({ footprint }) => footprint !== null)
  await watched.until('it has a baseline', settled)
  process.kill((await watched.row(name)).pid as number, 'SIGUSR2')
}

t.test('memory counts what was added since the start', async t => {
  const output = new Output(t)
  const hog = app('on-usr2 hoard=150', { stdio: output.stdio, limits: { memory: '100MB', memoryHard: 'off' } })
  // No longer than warnDelay, or a slow leak would put off SIGTERM.
  const watched = await watch(t, { limits: LIMITS, incidents: { budget: LIMITS.warnDelay }, extensions: { hog } })
  await output.line(/^up$/)
  await grow(watched, 'hog')
  const limit = await watched.event('limit')
  t.match(limit, { verdict: 'memory', limitName: 'memory', limit: 100 * MB, hang: null })
  t.ok(limit.value > 100 * MB)
  const megabytes = /\d+(\.\d+)? MB/.source
  const story = new RegExp(
    [
      `^extension hog \\(pid ${limit.pid}, life 1\\) holds ${megabytes}: ${megabytes} at start, grown by ${megabytes}`,
      ': over memory 100 MB, set by extensions\\.hog\\.limits\\.memory',
      '; warned now, SIGTERM in 200 ms, SIGKILL 5 min after; then respawned after 200 ms, failure 1 of 5$',
    ].join(''),
  )
  t.match(limit.message, story)
  t.match(await watched.event('exit'), { signal: 'SIGTERM', cause: 'limit', verdict: 'memory' })
  await watched.event('spawn', { life: 2 })
  t.strictSame(watched.story('hog').slice(0, 8), [
    ...['spawn', 'ready', 'limit', 'warn', 'terminate', 'exit', 'backoff', 'spawn'],
  ])
})

t.test('memory forgives what was there at the start, memoryTotal does not', async t => {
  const [before, total] = [new Output(t, 'before'), new Output(t, 'total')]
  const big = (limits: object, output: Output) => app('hoard=150', { limits, stdio: output.stdio, restart: 'never' })
  const extensions = {
    before: big({ memory: '140MB', interval: '5s' }, before),
    total: big({ memoryTotal: '140MB', memoryHard: 'off' }, total),
  }
  const watched = await watch(t, { limits: LIMITS, extensions })
  const limit = await watched.event('limit')
  t.match(limit, { child: 'total', limitName: 'memoryTotal', limit: 140 * MB, message: /extensions\.total\.limits/ })
  t.match(await watched.event('exit'), { child: 'total', cause: 'limit' })
  await watched.until('the other one was looked at with its baseline', () =>
    watched.all('sample', { child: 'before' }).some(({ footprint, rss }) => footprint !== null && rss > 140 * MB),
  )
  t.notOk(watched.story('before').includes('limit'))
})

t.test("a limit of the watcher is told as the watcher's, and not enforced before delay", async t => {
  await withinDelay(t, 'it was seen over it before', 2500, async delay => {
    const limits = { ...LIMITS, memoryTotal: '140MB', memoryHard: 'off', delay, respawnLimit: 0 } as const
    const watched = await watch(t, { limits, worker: app('hoard=150') })
    const limit = await watched.event('limit')
    t.ok(limit.at - (watched.all('spawn')[0]?.at ?? Infinity) >= delay - 1, 'not before delay')
    t.match(
      limit.message,
      /^worker \(.* over memoryTotal 140 MB, set by limits\.memoryTotal;.* then given up: too many failed lives/,
    )
    await watched.event('giveup')
    await watched.end()
    return watched.all('sample').some(({ rss, at }) => rss > 140 * MB && at < limit.at)
  })
})

t.test("osquery's level, osquery's words", async t => {
  const output = new Output(t)
  const limits = { ...LIMITS, memory: '100MB' } as const
  const worker = app('on-usr2 hoard=150', { stdio: output.stdio })
  const watched = await watch(t, { level: 'normal', limits, worker, onShutdown: 'emit' })
  await output.line(/^up$/)
  await grow(watched, 'worker')
  const { message, pid } = await watched.event('limit')
  const words = `^osqueryd worker \\(${pid}\\) stopping: Memory limits exceeded: \\d+ bytes \\(limit is 100MB\\);`
  t.match(message, new RegExp(words))
})
