/** A thread that dies: whom its successor has to wait for. */
import t from 'tap'
import { Deaths } from '../lib/deaths.js'
import type { WatcherEvent } from '../lib/wire/events.js'
import type { Life } from '../lib/wire/lives.js'

const life = (pid: number): Life => ({ pid, start: 'long ago' })

function world(installs: (() => Promise<void>)[]) {
  const log: string[] = []
  const told: WatcherEvent[] = []
  const deaths = new Deaths({
    isOpen: () => true,
    install: async leftovers => {
      log.push(`install after ${leftovers.map(({ pid }) => pid).join(' and ')}`)
      await installs.shift()?.()
    },
    start: async () => void log.push('start'),
    abandon: () => void log.push('abandon'),
    patience: () => 0,
    tell: event => void told.push(event),
  })
  return { deaths, log, told }
}

t.test('a new thread is set up once they are gone, and starts them again', async t => {
  const { deaths, log, told } = world([])
  await deaths.after('it threw', [life(1_000_001)])
  t.strictSame(log, ['install after 1000001', 'start'])
  t.match(told, [{ type: 'fault', message: /it threw; its 1 children were ended/ }])
})

t.test('a successor that dies while it is set up leaves them to the next one, and no child has two lives', async t => {
  const died = async () => {
    throw new Error('it died on the way')
  }
  const { deaths, log, told } = world([died])
  await deaths.after('it threw', [life(1_000_001)])
  await deaths.after('again', [])
  t.strictSame(log, ['install after 1000001', 'install after 1000001', 'start'])
  t.equal(told.length, 1)
})

t.test('the sixth death within a minute is the last', async t => {
  const { deaths, log, told } = world([])
  for (let i = 0; i < 6; i++) await deaths.after('it threw', [])
  t.equal(log.filter(line => line === 'start').length, 5)
  t.equal(log.at(-1), 'abandon')
  t.match(told.at(-1), { type: 'shutdown', code: 78 })
})
