/**
 * Staged deaths, each told from its incident alone: what happened, why, and what line of code was running. They are read from the
 * file, as somebody would who did not see it happen.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { WatcherOptions } from 'osqwatch'
import t, { type Test } from 'tap'
import type { Incident } from '../../lib/wire/incident.js'
import { CLEAN_ENV, type EventOf, fixture, QUICK, until, type Watched, watch } from './helpers.js'

const APP = fixture('incident-app.cjs')
const SOURCE = readFileSync(APP, 'utf8').split('\n')

/** The line that is marked with the name of that death. */
const lineOf = (death: string) => 1 + SOURCE.findIndex(line => line.endsWith(`// ${death}`))

const LIMITS = {
  ...QUICK,
  ...{ interval: 1000, warnDelay: 0, forcedShutdownDelay: '30s', heartbeatLimit: 1500, respawnLimit: 0 },
}

interface Staged {
  readonly watched: Watched
  readonly dir: string
}

async function stage(t: Test, death: string, options: WatcherOptions = {}, execArgv: string[] = []): Promise<Staged> {
  const dir = join(t.testdir({}), 'incidents')
  const app = { module: APP, args: [death, `job ${death}`], env: CLEAN_ENV, stdio: 'pipe', execArgv } as const
  const watched = await watch(t, {
    incidents: { dir, budget: '10s' },
    extensions: { app },
    ...options,
    limits: { ...LIMITS, ...options.limits },
  })
  watched.watcher.on('spawn', (_event, streams) => {
    streams?.stdout?.resume()
    streams?.stderr?.resume()
  })
  return { watched, dir }
}

async function told({ watched }: Staged): Promise<{ incident: Incident; event: EventOf<'incident'> }> {
  const event = await watched.event('incident')
  const incident: Incident = JSON.parse(readFileSync(event.path as string, 'utf8'))
  return { incident, event }
}

const codeOf = ({ evidence }: Incident) => evidence.node.map(({ stack }) => stack?.find(({ file }) => file === APP))

/** A quick leak is not waited for: it is the time for a warning that its evidence is taken in. */
const LEAKY = { memory: '80MB', memoryHard: 'off', warnDelay: '5s', forcedShutdownDelay: '30s' } as const

t.test('a leak: its limit, its numbers, its heap', async t => {
  const { incident, event } = await told(await stage(t, 'leak', { limits: LEAKY }))
  t.match(incident, {
    verdict: { verdict: 'memory', limitName: 'memory', limit: 80 * 1024 * 1024, setBy: 'limits.memory' },
    exit: { cause: 'limit', signal: 'SIGTERM' },
    child: { name: 'app', life: 1, activity: { text: 'job leak' } },
    limits: { values: { memory: 80 * 1024 * 1024, memoryTotal: null }, sources: { memory: 'limits.memory' } },
    next: { type: 'giveup' },
    stderr: { text: 'about to leak\n', truncated: false },
  })
  const [node] = incident.evidence.node
  t.ok((node?.heap?.external ?? 0) > 80 * 1024 * 1024, 'it is not in the heap that it leaks, but in buffers')
  t.type(node?.report, 'object')
  t.match(JSON.stringify(node?.profile), '"function":"hoardMore"', 'the code that was at work')
  t.match(event.account, /hoardMore.*incident-app\.cjs:/)
  t.match(event.account, /for breaking memory \(set by limits\.memory\): it held .* more than the .* at its start/)
  t.match(event.account, /doing "job leak"/)
  const { samples, memory } = incident.recording
  t.ok(Math.max(...samples.rss, ...memory.rss) > 80 * 1024 * 1024, 'the recording shows it')
  const largest = incident.evidence.processes[0]?.mappings[0]
  t.ok((largest?.rss ?? 0) > 40 * 1024 * 1024, 'and so do its mappings')
})

t.test('a leak beside work that keeps nothing: who leaks, not who works', async t => {
  const { incident, event } = await told(await stage(t, 'hoard', { limits: LEAKY }))
  t.match(incident, { verdict: { verdict: 'memory' }, exit: { cause: 'limit' } })
  const [node] = incident.evidence.node
  t.ok((node?.heap?.used ?? 0) > 2 * (node?.heap?.external ?? 0), 'it is the heap that it leaks in')
  t.match(JSON.stringify(node?.allocations), '"function":"hoardSome"')
  t.match(event.account, /[Oo]f its own code hoardSome \(.*incident-app\.cjs:\d+\) took most, .* added to its heap/)
})

t.test('a loop that spins: the line, on the stack and in the profile', async t => {
  const { incident, event } = await told(await stage(t, 'spin'))
  t.match(incident, { verdict: { verdict: 'heartbeat', hang: 'spinning' }, exit: { cause: 'limit' } })
  t.match(codeOf(incident)[0], { function: /spin$/, line: lineOf('spin') })
  const profile = incident.evidence.node[0]?.profile
  t.ok(profile && profile.samples > 0)
  // V8 may put its samples down to the caller: it compiled the function anew while its loop ran.
  t.match(JSON.stringify(profile), APP)
  t.match(event.account, `spin (${APP}:${lineOf('spin')})`)
  t.ok((incident.recording.beats.own.at(-1) ?? 0) >= 1500, 'the beat that it owes is on record')
})

t.test('a deadlock in a synchronous call: the line that waits', async t => {
  const { incident, event } = await told(await stage(t, 'deadlock'))
  t.match(incident, { verdict: { verdict: 'heartbeat', hang: 'blocked' }, exit: { cause: 'limit' } })
  t.match(codeOf(incident)[0], { function: /deadlock$/, line: lineOf('deadlock') })
  t.match(event.account, `(${APP}:${lineOf('deadlock')})`)
})

t.test('a crash loop: the exception that nobody caught, and that it is given up', async t => {
  const staged = await stage(t, 'crash', { limits: { respawnLimit: 2, respawnMaxDelay: 200 } })
  await staged.watched.event('giveup')
  await staged.watched.until('three stories', () => staged.watched.all('incident').length === 3)
  const stories = staged.watched.all('incident')
  t.strictSame(
    stories.map(({ life }) => life),
    [1, 2, 3],
  )
  const incident: Incident = JSON.parse(readFileSync(stories[2]?.path as string, 'utf8'))
  t.match(incident, {
    verdict: null,
    exit: { cause: 'crashed', code: 1 },
    next: { type: 'giveup', reason: 'too many failed lives in a row' },
    evidence: { node: [{ trigger: 'exception', error: { name: 'RangeError', message: 'no such job' } }] },
  })
  t.match(incident.account, `RangeError: no such job, at Object.crash (${APP}:${lineOf('crash')}`)
  t.match(incident.stderr?.text, 'RangeError: no such job')
})

t.test('one that was stopped: the state, and no blame on its code', async t => {
  const { incident, event } = await told(await stage(t, 'stop', { limits: { forcedShutdownDelay: 0 } }))
  t.match(incident, { verdict: { verdict: 'heartbeat', hang: 'stopped', state: 'T' } })
  t.match(incident.evidence.processes, [{ state: 'T' }])
  t.match(event.account, 'as it had been stopped (SIGSTOP, state T)')
})

t.test('a heap that is exhausted: told apart from a crash, with the line that filled it', async t => {
  const staged = await stage(t, 'heap', { limits: { heartbeatLimit: 'off' } }, ['--max-old-space-size=64'])
  const { incident, event } = await told(staged)
  t.match(await staged.watched.event('exit'), { cause: 'heap' })
  t.match(incident, { verdict: null, exit: { cause: 'heap' } })
  t.match(
    incident.evidence.node.find(({ trigger }) => trigger === 'heap')?.stack?.find(({ file }) => file === APP),
    {
      function: /heap$/,
      line: lineOf('heap'),
    },
  )
  t.match(event.account, /its JavaScript heap was exhausted/)
  t.match(incident.stderr?.text, 'JavaScript heap out of memory')
})

t.test('killed by a stranger: neither us nor the kernel', async t => {
  const staged = await stage(t, 'stay')
  const { pid } = await staged.watched.event('ready')
  await staged.watched.until('it has said what it does', async () => (await staged.watched.row('app')).cpuMs !== null)
  process.kill(pid as number, 'SIGKILL')
  const { incident, event } = await told(staged)
  t.match(incident, { verdict: null, exit: { cause: 'signal', signal: 'SIGKILL' } })
  t.match(event.account, 'somebody else sent it SIGKILL')
})

t.test('the next life is told why the last one ended, and what it was doing', async t => {
  const dir = join(t.testdir({}), 'incidents')
  const app = { module: APP, args: ['crash', 'job 42'], env: CLEAN_ENV, stdio: 'pipe' } as const
  // The wait that is the least where nobody shortens it: a story has been written by then.
  const limits = { ...LIMITS, respawnLimit: 1, respawnMaxDelay: '60s' } as const
  const watched = await watch(t, { incidents: dir, extensions: { app }, limits })
  const said: { last: unknown }[] = []
  watched.watcher.on('spawn', (_event, streams) => {
    streams?.stderr?.resume()
    streams?.stdout?.on('data', chunk => said.push(JSON.parse(String(chunk))))
  })
  await until('two lives have spoken', () => said.length === 2)
  const [first, second] = said
  t.strictSame(first, { last: null })
  t.match(second, {
    last: { cause: 'crashed', verdict: null, code: 1, life: 1, streak: 1, activity: 'job 42' },
  })
})

t.test('what is written is private, whole, and all that is left', async t => {
  const staged = await stage(t, 'spin')
  const { event } = await told(staged)
  t.equal(statSync(staged.dir).mode & 0o777, 0o700)
  t.equal(statSync(event.path as string).mode & 0o777, 0o600)
  await staged.watched.watcher.stop()
  t.strictSame(readdirSync(staged.dir), [event.path?.split('/').at(-1)], 'no drafts, and no testimony')
})

t.test('SIGTERM waits for evidence no longer than it takes, and never beyond the budget', async t => {
  const staged = await stage(t, 'spin', { incidents: { dir: join(t.testdir({}), 'i'), budget: '10s' } })
  const [limit, terminate] = [await staged.watched.event('limit'), await staged.watched.event('terminate')]
  t.match(limit.message, 'SIGTERM when its evidence is taken, in 10 s at most')
  t.ok(terminate.at - limit.at < 9_000, 'it was not the budget that ended the wait')
})

t.test('without a witness there is no stack, and the story is told all the same', async t => {
  const dir = join(t.testdir({}), 'incidents')
  const { incident, event } = await told(await stage(t, 'spin', { incidents: { dir, witness: false } }))
  t.strictSame(incident.evidence.node, [])
  t.match(incident.evidence.processes, [{ state: 'R' }])
  t.match(event.account, 'as its loop was spinning')
})

t.test('incidents: false: nothing is written, and nothing told of it', async t => {
  const staged = await stage(t, 'crash', { incidents: false })
  await staged.watched.event('giveup')
  await staged.watched.watcher.stop()
  t.strictSame(staged.watched.all('incident'), [])
})

t.test('a folder that cannot be used costs a line in the event', async t => {
  const staged = await stage(t, 'crash', { incidents: join(APP, 'incidents') })
  const { path, error, account } = await staged.watched.event('incident')
  t.equal(path, null)
  t.match(error, 'ENOTDIR')
  t.match(account, 'it crashed, with exit code 1')
})
