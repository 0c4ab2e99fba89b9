/** The observer notices: a survivor that nobody supervises, a bystander that was killed, two lives of one name. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { until } from '../e2e/until.js'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import { root } from '../fixtures/paths.js'

// Plain JavaScript, without declarations: TypeScript does not follow a computed name.
const chaos = (name: string) => import(join(root, 'test/chaos', name))
const { Bystanders } = await chaos('bystanders.js')
const { markOf, NAME_ENV } = await chaos('cast.js')
const { Observer } = await chaos('observer.js')

interface Breach {
  readonly invariant: string
  readonly pids: readonly number[]
}

/** A run without a host of its own: this process stands for it, and tells what a host would. */
function begin(t: Test, told: { supervised?: Map<number, string>; endedAt?: number } = {}) {
  const run = randomUUID()
  const breaches: Breach[] = []
  const breach = (invariant: string, people: readonly { pid: number }[] = []) =>
    void breaches.push({ invariant, pids: people.map(({ pid }) => pid) })
  const observer = new Observer({ run, breach })
  const host = {
    ...{ n: 0, pid: process.pid, endedAt: null, supervised: new Map(), phases: new Map(), pending: new Map() },
    ...{ zombiesTold: 0, deathsTold: 0, isAnswering: () => true },
    ...told,
  }
  observer.watch(host)
  const start = (name: string): ChildProcess & { pid: number } => {
    const env = { PATH: `${CLEAN_ENV.PATH}:${markOf(run)}0`, [NAME_ENV]: name }
    const child = spawn('sleep', ['100'], { env, detached: true, stdio: 'ignore' })
    t.teardown(() => child.kill('SIGKILL'))
    return child as ChildProcess & { pid: number }
  }
  const found = (invariant: RegExp) =>
    until(`${invariant}`, () => {
      observer.look()
      return breaches.find(breach => invariant.test(breach.invariant))
    })
  return { breaches, observer, host, start, found, breach }
}

t.test('one that nobody supervises, and that is not gone within the grace', async t => {
  const { host, start, found } = begin(t)
  const supervised = start('good')
  host.supervised.set(supervised.pid, 'good')
  const survivor = start('lost')
  t.strictSame((await found(/neither supervised nor gone/)).pids, [survivor.pid])
})

t.test('one that outlives its host', async t => {
  const { start, found } = begin(t, { endedAt: performance.now() })
  const survivor = start('lost')
  t.strictSame((await found(/a host has ended/)).pids, [survivor.pid])
})

t.test('two lives of one name, at the first look', async t => {
  const { host, start, found, observer, breaches } = begin(t)
  const first = start('twice')
  host.supervised.set(first.pid, 'twice')
  await until('the first is there', () => {
    observer.look()
    return observer.leader(host, 'twice')?.pid === first.pid
  })
  t.strictSame(breaches, [], 'one is as it should be')
  const second = start('twice')
  const { pids } = await found(/two lives of one name/)
  t.strictSame([...pids].sort(), [first.pid, second.pid].sort())
})

t.test('a bystander that was killed, and one that got a signal', async t => {
  const { breach, breaches } = begin(t)
  const invariants = () => breaches.map(({ invariant }) => invariant)
  const bystanders = new Bystanders(breach)
  t.teardown(() => bystanders.end())
  const [listener] = bystanders.pids
  await bystanders.ready
  bystanders.join()
  const killed = bystanders.pids.at(-1)
  process.kill(killed, 'SIGKILL')
  await until('it was missed', () => breaches.length > 0)
  process.kill(listener, 'SIGUSR2')
  await until('it told', () => breaches.length > 1)
  t.strictSame(invariants(), [`bystander ${killed} was ended: SIGKILL`, `bystander ${listener} got SIGUSR2`])
})
