/** Each rung: warn, SIGTERM, SIGKILL. Who gets which signal, when, and when not. */
import type { EventType } from 'osqwatch'
import t from 'tap'
import { answered, app, Output, PATIENT, QUICK, shell, type Watched, watch, withinDelay } from './helpers.js'

/** Over memoryTotal once it is told to, and otherwise quiet: it hears what is said to it, however slow the machine is. */
const LIMITS = { ...QUICK, memoryTotal: '120MB', memoryHard: 'off', forcedShutdownDelay: 700 } as const

const hog = (manners: string, output: Output) =>
  app(`on-usr2 hoard=150 ${manners}`, { stdio: output.stdio, restart: 'never' })

async function tip(watched: Watched, name: string, output: Output): Promise<void> {
  await output.line(/^up$/)
  const { pid } = await watched.event('ready', { child: name })
  process.kill(pid as number, 'SIGUSR2')
}

/** When a rung was decided is not told, but what was told before it came no later. */
function toldBefore({ events }: Watched, type: EventType): number {
  return events[events.findIndex(event => event.type === type) - 1]?.at ?? 0
}

t.test('a worker that listens and will not go: SIGUSR1, SIGTERM, SIGKILL, each in its time', async t => {
  await withinDelay(t, 'it heard both warnings before SIGTERM, and SIGTERM before SIGKILL', 700, async delayMs => {
    const output = new Output(t)
    const limits = { ...LIMITS, warnDelay: delayMs, forcedShutdownDelay: delayMs }
    const watched = await watch(t, { limits, worker: hog('usr1 warned deaf', output) })
    await output.line(/^up$/)
    await answered(watched, 'worker')
    await tip(watched, 'worker', output)
    t.match(await watched.event('exit'), { signal: 'SIGKILL', code: null, cause: 'limit', verdict: 'memory' })
    t.strictSame(watched.story('worker').slice(-5), ['limit', 'warn', 'terminate', 'kill', 'exit'])
    const [[warn], [terminate], [kill]] = [watched.all('warn'), watched.all('terminate'), watched.all('kill')]
    t.match(warn, { channel: true, signal: 'SIGUSR1', why: null })
    const since = toldBefore(watched, 'limit')
    t.ok((terminate?.at ?? 0) - since >= delayMs - 1, 'SIGTERM not before warnDelay')
    t.ok((kill?.at ?? 0) - since >= 2 * delayMs - 1, 'SIGKILL not before forcedShutdownDelay after it')
    await watched.end()
    const heard = output.lines.filter(line => line !== 'up')
    const warnings = heard.filter(line => line.startsWith('{'))
    for (const line of warnings)
      t.match(JSON.parse(line), { type: 'warn', verdict: 'memory', limitName: 'memoryTotal', terminateIn: delayMs })
    t.ok(warnings.length <= 1, 'one warning')
    // Each of them once, SIGTERM as the last.
    const isInTime = warnings.length === 1 && heard.includes('SIGUSR1') && heard.at(-1) === 'SIGTERM'
    t.ok(heard.length === 3 || !isInTime, heard.join(', '))
    return isInTime
  })
})

t.test('a worker that is not heard to listen gets no SIGUSR1, which would open its debugger', async t => {
  const output = new Output(t)
  const watched = await watch(t, { limits: LIMITS, worker: hog('warned deaf', output) })
  await tip(watched, 'worker', output)
  const warn = await watched.event('warn')
  t.match(warn, { channel: true, signal: null, why: /not heard to listen/, message: /not heard to listen/ })
  await watched.event('exit')
  t.notMatch(output.lines.join('\n'), /Debugger/)
})

t.test("a worker that is no Node program gets SIGUSR1 where warnSignal says so, an extension doesn't", async t => {
  // It is over its limit once it has its traps, and goes on waiting whatever signal it gets.
  const script = `trap "echo SIGUSR1" USR1; trap "echo SIGTERM; exit 5" TERM
    kept=$(head -c 20000000 /dev/zero | tr '\\0' x)
    sleep 1000 &
    while :; do wait; done`
  const [worker, extension] = [new Output(t, 'worker'), new Output(t, 'extension')]
  // Some shells write there that SIGTERM ended the sleep.
  const stderr = 'ignore'
  const program = ({ stdio: { stdout } }: Output) =>
    shell(script, { stdio: { stdout, stderr }, warnSignal: 'SIGUSR1', restart: 'never' })
  const limits = { ...QUICK, memoryTotal: '15MB', memoryHard: 'off', forcedShutdownDelay: PATIENT } as const
  const watched = await watch(t, { limits, worker: program(worker), extensions: { other: program(extension) } })
  const channel = false
  t.match(await watched.event('warn', { child: 'worker' }), { channel, signal: 'SIGUSR1', why: null })
  t.match(await watched.event('warn', { child: 'other' }), { channel, signal: null, why: /for a worker/ })
  for (const child of ['worker', 'other']) t.match(await watched.event('exit', { child }), { code: 5, cause: 'limit' })
  t.strictSame(worker.lines, ['SIGUSR1', 'SIGTERM'])
  t.strictSame(extension.lines, ['SIGTERM'])
})

t.test('one that goes when it is warned gets no signal any more', async t => {
  await withinDelay(t, 'it exits within warnDelay', 1000, async warnDelay => {
    const output = new Output(t)
    const watched = await watch(t, {
      limits: { ...LIMITS, warnDelay, forcedShutdownDelay: 0 },
      worker: hog('quits', output),
    })
    await tip(watched, 'worker', output)
    const warn = await watched.event('warn')
    const exit = await watched.event('exit')
    const isInTime = exit.signal === null && watched.all('terminate').length === 0
    if (isInTime) {
      t.match(exit, { code: 0, signal: null, cause: 'limit', verdict: 'memory' })
      // The signal would come all the same if anybody still waited to send it.
      await watched.until('the hour of the signal has passed', () => Date.now() > warn.at + warnDelay + 500)
      t.match(await watched.row('worker'), { phase: 'down', pid: null })
      t.strictSame(watched.story('worker').slice(-3), ['limit', 'warn', 'exit'])
    }
    await watched.end()
    return isInTime
  })
})

t.test('warnDelay 0: SIGTERM with the warning; forcedShutdownDelay 0: SIGKILL instead of it', async t => {
  const limits = { ...LIMITS, warnDelay: 0, forcedShutdownDelay: PATIENT }
  const [term, kill] = [new Output(t, 'term'), new Output(t, 'kill')]
  const extensions = { term: hog('', term), kill: { ...hog('', kill), limits: { forcedShutdownDelay: 0 } } }
  const watched = await watch(t, { limits, extensions })
  await tip(watched, 'term', term)
  await tip(watched, 'kill', kill)
  t.match(await watched.event('exit', { child: 'term' }), { signal: 'SIGTERM' })
  t.match(await watched.event('exit', { child: 'kill' }), { signal: 'SIGKILL' })
  t.strictSame(watched.story('term'), ['spawn', 'ready', 'limit', 'warn', 'terminate', 'exit'])
  t.strictSame(watched.story('kill'), ['spawn', 'ready', 'limit', 'warn', 'kill', 'exit'])
})

t.test("one child's ladder delays nobody else's", async t => {
  const limits = { ...LIMITS, forcedShutdownDelay: PATIENT, stopTimeout: 100 }
  const [slow, quick] = [new Output(t, 'slow'), new Output(t, 'quick')]
  const watched = await watch(t, { limits, extensions: { slow: hog('deaf', slow), quick: hog('', quick) } })
  await tip(watched, 'slow', slow)
  await slow.line(/^SIGTERM$/)
  await tip(watched, 'quick', quick)
  t.match(await watched.event('exit', { child: 'quick' }), { signal: 'SIGTERM', cause: 'limit' })
  t.match(await watched.row('slow'), { phase: 'terminating' }, 'the first is still on its way')
})
