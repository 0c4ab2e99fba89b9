import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Passing } from '../lib/passing.js'

t.test('a signal that met a dying thread is told to the next, and to that one once', async t => {
  const told: unknown[][] = []
  let lives = true
  const passing = new Passing(async (...signal) => {
    told.push(signal)
    if (!lives) throw new Error('the watcher thread died')
  })
  passing.pass('worker', 'SIGUSR2', null, true)
  lives = false
  passing.pass('worker', 'SIGINT', null, false)
  await turn()
  lives = true
  passing.restarted()
  passing.restarted()
  t.strictSame(told, [
    ['worker', 'SIGUSR2', null, true],
    ['worker', 'SIGINT', null, false],
    ['worker', 'SIGINT', null, true],
  ])
})

t.test('one that comes before the next thread knows the worker is not lost either', async t => {
  const told: unknown[][] = []
  const passing = new Passing(async (...signal) => {
    told.push(signal)
    if (told.length < 3) throw new Error('no child of that name')
  })
  passing.pass('worker', 'SIGTERM', 5000, true)
  await turn()
  passing.restarted()
  await turn()
  passing.restarted()
  await turn()
  t.strictSame(told, Array(3).fill(['worker', 'SIGTERM', 5000, true]))
})
