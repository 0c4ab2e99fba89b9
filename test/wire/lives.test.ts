/** Who is alive, as main can read it when the thread is gone. */
import t from 'tap'
import { Lives, room } from '../../lib/wire/lives.js'

const pidsOf = (lives: Lives) => lives.list().map(({ pid }) => pid)

t.test('what one end writes, the other reads', async t => {
  const thread = new Lives()
  const main = new Lives(thread.buffer)
  t.strictSame(main.list(), [])
  thread.set(7, '1234')
  thread.set(8, '')
  t.strictSame(main.list(), [
    { pid: 7, start: '1234' },
    { pid: 8, start: '' },
  ])
  thread.set(7, '5678')
  thread.clear(8)
  thread.clear(9)
  t.strictSame(main.list(), [{ pid: 7, start: '5678' }])
})

t.test('there is room for as many as there are, and what is left is used again', async t => {
  const lives = new Lives(undefined, t.fail)
  for (let pid = 1; pid <= 65_536; pid++) lives.set(pid, '1')
  t.equal(lives.list().length, 65_536)
  for (let pid = 1; pid <= 1000; pid++) lives.clear(pid)
  for (let pid = 100_001; pid <= 101_000; pid++) lives.set(pid, '1')
  t.equal(new Set(pidsOf(new Lives(lives.buffer))).size, 65_536)
})

t.test('a full table is told, once, and harms nobody in it', async t => {
  const told: string[] = []
  const lives = new Lives(room(2), message => told.push(message))
  for (const pid of [1, 2, 3, 4]) lives.set(pid, '')
  t.strictSame(told, ['more than 2 children live: those beyond are not known to main if the watcher thread dies'])
  t.strictSame(pidsOf(lives), [1, 2])
  lives.clear(3)
  lives.clear(1)
  lives.set(5, '')
  t.strictSame(pidsOf(lives).sort(), [2, 5])
})
