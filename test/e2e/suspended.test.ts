import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { app, QUICK } from './helpers.js'
import { host } from './host.js'
import { look } from './proc.js'
import { until } from './until.js'

t.test('a host that stood still for a while blames nobody for it', async t => {
  const limits = { ...QUICK, heartbeatLimit: 1500 }
  const { pid, events, until: eventually } = host(t, { limits, extensions: { one: app(''), two: app('') } })
  const count = (type: string) => events.filter(event => event.type === type).length
  await eventually('both are ready', () => count('ready') === 2)
  process.kill(pid, 'SIGSTOP')
  await until('it stands still', () => look(pid)?.state === 'T')
  // How long it stands still is what is tested: twice the limit.
  await delay(3000)
  process.kill(pid, 'SIGCONT')
  await eventually('both are excused', () => count('defer') >= 2)
  const excused = count('sample')
  await eventually('they were looked at for longer than the limit', () => count('sample') > excused + 16)
  const excuses = events.flatMap(event => (event.type === 'defer' ? `${event.child} ${event.reason}` : []))
  t.strictSame(excuses.slice(0, 2), ['one suspended', 'two suspended'])
  for (const type of ['limit', 'warn', 'exit']) t.equal(count(type), 0, `no ${type}`)
})
