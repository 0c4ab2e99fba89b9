/** The witness inside of real Node children: what it sees while they cannot answer themselves, and that they do not see it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { createLauncher } from '../lib/os/launcher.js'
import type { Launched } from '../lib/os/ports.js'
import { dropTestimony, readTestimony } from '../lib/os/testimony.js'
import type { ExamineMessage, FromChild } from '../lib/wire/beats.js'
import type { ChildConfig } from '../lib/wire/commands.js'
import type { NodeEvidence, ProfileNode } from '../lib/wire/evidence.js'
import { CLEAN_ENV, CLIENT, endGroup, fixture, Story } from './fixtures/client-setup.js'
import { until } from './os/processes.js'

const APP = fixture('witness-app.cjs')
const LONGEST_PROFILE_MS = 20_000

type Event =
  | { readonly type: 'heard'; readonly message: FromChild }
  | { readonly type: 'exited'; readonly how: unknown }

interface Life {
  readonly pid: number
  readonly launched: Launched
  readonly story: Story<Event>
  hears(type: FromChild['type']): Promise<Event>
  ends(): Promise<unknown>
  says(want: ExamineMessage['want'], profileMs?: number): Promise<NodeEvidence>
  testimony(): Promise<NodeEvidence[]>
}

function run(t: Test, args: string[], config: Partial<ChildConfig> = {}, execArgv: string[] = []): Life {
  const evidence = t.testdir()
  const launcher = createLauncher({ clientPath: CLIENT, hostMark: '1:1', attach() {}, evidence })
  const story = new Story<Event>()
  let pid = 0
  const given: ChildConfig = {
    ...{ name: 'child', kind: 'extension', args, env: CLEAN_ENV, cwd: process.cwd(), warnSignal: 'off', tree: true },
    ...{ run: { type: 'module', module: APP, execArgv }, policy: {} as ChildConfig['policy'], ipc: null, group: 'own' },
    ...{
      stdio: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
      client: 'argument',
      keep: false,
      witness: true,
    },
    ...config,
  }
  const launched = launcher.launch(given, 1, {
    spawned(found) {
      pid = found
      t.teardown(() => endGroup(found))
    },
    failed: ({ reason }) => t.fail(reason),
    exited: (code, signal) => story.tell({ type: 'exited', how: code ?? signal }),
    heard: message => story.tell({ type: 'heard', message }),
    fault: message => t.fail(message),
  })
  t.teardown(() => launched.close())
  const prefix = launched.testimony as string
  const hears: Life['hears'] = type => story.until(type, event => event.type === 'heard' && event.message.type === type)
  const testimony = () => readTestimony(prefix, [pid])
  return {
    ...{ launched, story, hears, testimony },
    get pid() {
      return pid
    },
    async ends() {
      const ended = await story.until('its end', ({ type }) => type === 'exited')
      return ended.type === 'exited' && ended.how
    },
    async says(want, profileMs = 200) {
      await until('its witness is there', () => launched.examine({ type: 'examine', want, profileMs }))
      await hears('testified')
      const [found] = await testimony()
      if (found === undefined) throw new Error('there is no file')
      return found
    },
  }
}

const named = (name: string) => ({ function: new RegExp(`\\b${name}\\b`), file: APP })
const activityOf = (event: Event) =>
  event.type === 'heard' && event.message.type === 'activity' ? event.message.text : null
/** Tries again with a longer profile until it has enough samples: it has few where its process gets little CPU. */
async function profiled(
  firstMs: number,
  attempt: (profileMs: number) => Promise<readonly [Life, NodeEvidence]>,
  samplesOf: (found: NodeEvidence) => number,
): Promise<readonly [Life, NodeEvidence]> {
  const made = await attempt(firstMs)
  const [{ pid }, found] = made
  if (samplesOf(found) > 20 || firstMs >= LONGEST_PROFILE_MS) return made
  endGroup(pid)
  return profiled(10 * firstMs, attempt, samplesOf)
}

/** What a function has in itself and below. */
const below = ({ frame, self, children }: ProfileNode, name: string, within = false): number => {
  const is = within || frame.function === name
  return children.reduce((sum, child) => sum + below(child, name, is), is ? self : 0)
}
const lineOf = ({ stack }: NodeEvidence, name: string) => stack?.find(frame => frame.function.includes(name))?.line

for (const when of ['now', 'later']) {
  t.test(
    `the stack of a loop that spins, ${when === 'now' ? 'at its top level' : 'in a timer'}, and where its time goes`,
    async t => {
      const [life, found] = await profiled(
        200,
        async profileMs => {
          const life = run(t, ['spin', when])
          t.match(await life.hears('activity'), { message: { pid: life.pid, text: 'about to spin' } })
          return [life, await life.says(['stack', 'profile', 'heap', 'report'], profileMs)]
        },
        ({ profile }) => profile?.samples ?? 0,
      )
      t.match(found, { pid: life.pid, trigger: 'asked', stack: [named('spin')], snapshot: null, error: null })
      t.equal(lineOf(found, 'spin'), 8, 'of the loop itself')
      t.strictSame(found.notes, [])
      t.ok(found.profile && found.profile.samples > 20, `${found.profile?.samples} samples`)
      t.match(JSON.stringify(found.profile), `"file":"${APP}"`)
      t.ok(found.heap && found.heap.used > 1e6 && found.heap.limit > found.heap.used && found.heap.spaces.old_space)
      t.ok(found.report?.header && !('environmentVariables' in found.report))
      const files = readdirSync(t.testdirName)
      t.strictSame(files.length, 1, `whole: ${files}`)
      t.equal(statSync(join(t.testdirName, files[0] as string)).mode & 0o777, 0o600)
      await dropTestimony(life.launched.testimony as string)
      t.strictSame(readdirSync(t.testdirName), [])
    },
  )
}

t.test('the stack of one that waits for a lock, and of a regular expression', async t => {
  t.match(await run(t, ['wait']).says(['stack']), { stack: [{ function: 'Atomics.wait' }, named('wait')] })
  t.match(await run(t, ['backtrack']).says(['stack']), { stack: [{ function: /test$/ }, named('backtrack')] })
})

t.test('an idle loop has none, and says so', async t => {
  const found = await run(t, ['idle']).says(['stack', 'heap'])
  t.match(found, { stack: [], heap: { used: Number }, notes: [/its event loop was idle/] })
})

t.test('one that is in a call of the system cannot be asked, and that is said', async t => {
  const life = run(t, ['call', 'later'])
  await life.hears('hello')
  await until('it has a child', () => readFileSync(`/proc/${life.pid}/task/${life.pid}/children`, 'utf8') !== '')
  const found = await life.says(['stack', 'heap', 'profile'])
  t.match(found, { stack: null, heap: null, profile: null, notes: [/did not answer/] })
})

t.test('a debugger is not disturbed', async t => {
  const life = run(t, ['inspected'])
  await life.hears('hello')
  const found = await life.says(['stack', 'profile', 'heap', 'report', 'snapshot'])
  t.match(found, { stack: null, profile: null, heap: null, notes: [/its inspector is open/] })
})

t.test('who leaks, beside others who do the work', async t => {
  const [, { allocations, profile, notes }] = await profiled(
    500,
    async profileMs => {
      const life = run(t, ['hoardQuietly'])
      await life.hears('activity')
      return [life, await life.says(['profile', 'allocations'], profileMs)]
    },
    ({ profile }) => (profile === null ? 0 : below(profile.root, '')),
  )
  t.strictSame(
    notes.filter(note => !/idle/.test(note)),
    [],
  )
  if (allocations === null || profile === null) return t.fail('it has both')
  t.ok(allocations.ms >= 400 && allocations.bytes > 0, `${allocations.bytes} bytes in ${allocations.ms} ms`)
  const hoard = below(allocations.root, 'hoard')
  t.ok(hoard > 0.5 * allocations.bytes, `${hoard} of ${allocations.bytes} bytes`)
  t.ok(below(allocations.root, 'work') < hoard, 'garbage is not counted')
  // From Node 22 on the samples of work are put down to its caller, which has no name: V8 compiled it while its loop ran.
  const [all, quiet] = [below(profile.root, ''), below(profile.root, 'hoard')]
  t.ok(all > 20 && quiet < 0.2 * all, `its time tells another story: ${quiet} of ${all} samples`)
})

t.test("frames of the client's own are told from the app's", async t => {
  const folder = dirname(CLIENT)
  const { pathOf } = createRequire(import.meta.url)(join(folder, 'witness/profile.cjs'))
  const urlOf = (path: string) => pathToFileURL(join(folder, path)).href
  t.equal(pathOf(urlOf('witness/look.cjs')), 'osqwatch:witness/look.cjs')
  t.equal(pathOf(urlOf('client.cjs')), 'osqwatch:client.cjs')
  t.equal(pathOf(urlOf('../app.js')), join(folder, '../app.js'))
  t.equal(pathOf('node:internal/timers'), 'node:internal/timers')
})

t.test('a heap profiler of its own is left at work', async t => {
  const life = run(t, ['sampled'])
  const { allocations, profile, notes } = await life.says(['profile', 'allocations'])
  t.equal(allocations, null)
  t.ok(profile)
  t.match(notes.join('; '), /allocations: .*a heap profiler of its own/)
  const { told } = life.story
  const heard = told.length
  await life.story.until('what it says then', event => told.indexOf(event) >= heard && activityOf(event) !== null)
  const words = told.map(activityOf).filter(text => text !== null)
  t.strictSame([...new Set(words)], ['about to sampled', 'samples'])
})

t.test('who exits while it is profiled: the profile has ended before, and its end is its own', async t => {
  const life = run(t, ['leaveWhenProfiled'])
  const question = { type: 'examine', want: ['profile', 'allocations'], profileMs: 60_000 } as const
  await until('its witness is there', () => life.launched.examine(question))
  t.equal(await life.ends(), 3)
  const words = life.story.told.map(activityOf).filter(text => text !== null)
  t.strictSame(words, ['about to leaveWhenProfiled', '1 more at the end'], 'its own last one, and no warning')
})

t.test('a heap snapshot, for its owner alone', async t => {
  const life = run(t, ['spin'])
  const found = await life.says(['stack', 'snapshot'])
  t.match(found, { snapshot: `${life.launched.testimony}-${life.pid}.heapsnapshot`, notes: [] })
  const { mode, size } = statSync(found.snapshot as string)
  t.equal(mode & 0o777, 0o600)
  t.ok(size > 1e6)
  await dropTestimony(life.launched.testimony as string)
  t.strictSame(readdirSync(t.testdirName).length, 1, 'it is kept')
})

for (const [what, name] of [
  ['leak', 'leak'],
  ['leakInSteps', 'step'],
] as const) {
  t.test(`the stack of a heap that runs out: ${what}`, async t => {
    const life = run(t, [what, 'later'], {}, ['--max-old-space-size=50'])
    await life.hears('exhausted')
    t.equal(await life.ends(), 'SIGABRT')
    const [found] = await life.testimony()
    t.match(found, { pid: life.pid, trigger: 'heap', heap: { used: Number } })
    t.ok(Number(found?.heap?.limit) < 300e6, 'the limit that was exceeded')
    // V8 may come to it between two calls, in Node's own timers.
    t.ok(
      lineOf(found as NodeEvidence, name) || /timers/.test(found?.stack?.[0]?.file ?? ''),
      JSON.stringify(found?.stack),
    )
  })
}

for (const [what, name] of [
  ['fail', 'TypeError'],
  ['reject', 'RangeError'],
] as const) {
  t.test(`an exception that nobody catches: ${what}`, async t => {
    const life = run(t, [what])
    t.equal(await life.ends(), 1)
    const [found] = await life.testimony()
    t.match(found, { pid: life.pid, trigger: 'exception', error: { name, message: 'nobody catches this' } })
    t.match(found?.stack?.[0], { file: APP })
    t.match(found?.error?.stack, new RegExp(`^${name}: nobody catches this\n    at `))
  })
}

t.test('its channel stands behind that of fork, which the app has as ever', async t => {
  const life = run(t, ['forked'], { ipc: 'json' })
  t.match(await life.hears('activity'), { message: { text: 'channel true, witness undefined, evidence undefined' } })
  t.match(await life.says(['stack']), { stack: [], notes: [/idle/] })
})

t.test('where none is wanted, there is none', async t => {
  const life = run(t, ['forked'], { witness: false })
  t.match(await life.hears('activity'), { message: { text: 'channel false, witness undefined, evidence undefined' } })
  t.equal(life.launched.testimony, null)
  t.notOk(life.launched.examine({ type: 'examine', want: ['stack'], profileMs: 0 }))
})

t.test('what the app says in its name on its own channel is not heard', async t => {
  const life = run(t, ['pretends'])
  await life.hears('activity')
  t.notOk(life.story.told.some(event => event.type === 'heard' && event.message.type === 'exhausted'))
})

for (const [what, code] of [
  ['exits', 3],
  ['endsByItself', 0],
] as const) {
  t.test(`it leaves no trace of a debugger where it ends in the midst of a profile: ${what}`, async t => {
    const stderr = join(t.testdir(), 'stderr')
    const stdio = { stdin: 'ignore', stdout: 'ignore', stderr: { file: stderr } } as const
    // So small a heap is watched from the start.
    const life = run(t, [what], { stdio }, ['--max-old-space-size=100'])
    const question: ExamineMessage = { type: 'examine', want: ['stack', 'heap', 'profile'], profileMs: 60_000 }
    await until('its witness is asked', () => life.launched.examine(question))
    t.equal(await life.ends(), code)
    t.equal(readFileSync(stderr, 'utf8'), '')
    t.match(await life.testimony(), [{ trigger: 'asked', profile: null }])
  })
}

t.test('an exception that somebody handles is none of its business', async t => {
  const life = run(t, ['handled'])
  t.equal(await life.ends(), 0)
  t.strictSame(readdirSync(t.testdirName), [])
})
