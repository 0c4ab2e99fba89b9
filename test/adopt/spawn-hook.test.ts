/** The app's spawn has to behave as without us, whatever goes wrong in here. */
import { ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { envOf, hookSpawn, type SpawnOrder, type SpawnPlan } from '../../lib/adopt/spawn-hook.js'
import { CLEAN_ENV } from '../fixtures/client-setup.js'

const print = async (env: Record<string, string> = { ...CLEAN_ENV, MINE: '1' }) => {
  const child = spawn('/bin/sh', ['-c', 'echo "$MINE $OURS"'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', data => {
    text += data
  })
  await once(child, 'close')
  return text
}

const method = () => Object.getOwnPropertyDescriptor(ChildProcess.prototype, 'spawn')?.value

t.test('it sees what is started, adds to its environment, and is told of it', async t => {
  const [orders, started]: [SpawnOrder[], number[]] = [[], []]
  const env = { OURS: 'a=b', MINE: '2' }
  const undo = hookSpawn(order => {
    orders.push(order)
    return { env, started: ({ pid }) => void started.push(pid as number) }
  })
  t.teardown(undo)
  t.equal(await print(), '2 a=b\n')
  t.match(orders, [{ file: '/bin/sh', args: ['/bin/sh', '-c', 'echo "$MINE $OURS"'] }])
  t.equal(envOf(orders[0] as SpawnOrder, 'MINE'), '1')
  t.equal(envOf(orders[0] as SpawnOrder, 'OURS'), undefined)
  t.equal(started.length, 1)

  const failed = spawn('/no/such/program')
  t.match(await once(failed, 'error'), [{ code: 'ENOENT' }])
  t.equal(started.length, 1, 'there is nothing to be told of')
})

const WRONG: Record<string, (order: SpawnOrder) => SpawnPlan | null> = {
  'the plan throws': () => {
    throw new Error('ours')
  },
  'its listener throws': () => ({
    env: {},
    started() {
      throw new Error('ours')
    },
  }),
  'there is no plan': () => null,
}
for (const [what, plan] of Object.entries(WRONG)) {
  t.test(`${what}: it is started all the same`, async t => {
    t.teardown(hookSpawn(plan))
    t.equal(await print(), '1 \n')
  })
}

t.test('undone, nothing is left; and one who came later is not undone with us', async t => {
  const before = method()
  hookSpawn(() => null)()
  t.equal(method(), before)

  const undoFirst = hookSpawn(() => ({ env: { OURS: 'first' }, started() {} }))
  const undoSecond = hookSpawn(() => ({ env: { MINE: 'second' }, started() {} }))
  undoFirst()
  t.equal(await print(), 'second \n')
  undoSecond()
  Object.defineProperty(ChildProcess.prototype, 'spawn', { value: before, writable: true, configurable: true })
})
