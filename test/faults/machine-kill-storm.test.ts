import { PATIENT, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const CHILDREN = 5
const BOUND = 2

row(
  {
    struck: 'machine',
    fault: 'many children break their limits together',
    holds: 'so many are ended within a minute as may be, the others wait, which is told; memoryHard waits for nobody',
  },
  async t => {
    const limits = { ...QUICK, memoryTotal: '1MB', memoryHard: '400MB', forcedShutdownDelay: PATIENT, respawnLimit: 0 }
    const victims = new Victims(t)
    const names = Array.from({ length: CHILDREN }, (_, n) => `big${n}`)
    const extensions = Object.fromEntries(names.map(name => [name, victims.alone('leak')]))
    const watched = await watch(t, { limits, extensions, killsPerMinute: BOUND })
    await watched.until('so many are ended', () => watched.all('exit').length === BOUND)
    await watched.until('the others are queued', () => {
      return watched.all('defer', { reason: 'queued' }).length === CHILDREN - BOUND
    })
    const waiting = names.filter(child => watched.all('exit', { child }).length === 0)
    for (const child of waiting) {
      t.strictSame(watched.all('limit', { child }), [])
      t.match(await watched.row(child), { phase: 'up', life: 1 })
    }
    const [grows, stopped, ...others] = waiting as [string, string]
    await victims.strike(watched, grows)
    t.match(await watched.event('exit', { child: grows }), { signal: 'SIGKILL', cause: 'limit' })
    t.match(watched.all('limit', { child: grows }), [{ limitName: 'memoryHard' }])
    await watched.watcher.remove(stopped)
    t.match(watched.all('exit', { child: stopped }), [{ cause: 'requested' }], 'what is asked for does not wait')
    for (const child of others) t.match(await watched.row(child), { phase: 'up', life: 1 })
  },
)
