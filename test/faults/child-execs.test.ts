import { readFileSync } from 'node:fs'
import { QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const LIMITS = { ...QUICK, forcedShutdownDelay: '30s', stopTimeout: '30s' }
const strict = <T extends object>(child: T) => ({ ...child, limits: { heartbeatLimit: 1000 } })
/** Far longer than the limit of a heartbeat that nobody has any more. */
const SAMPLES = 12

const lastWord = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').at(-2)

row(
  {
    struck: 'child',
    fault: 'becomes another program (exec): a shell a Node, a Node another Node or a program without heartbeats',
    holds: 'it is the same life, still watched and stoppable; its heartbeat is that of the program that it is now',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, { limits: LIMITS })
    const spinsFor = async (child: string) => {
      const pid = await victims.strike(watched, child)
      t.match(await watched.event('limit', { child }), { verdict: 'heartbeat', hang: 'spinning', life: 1 })
      t.match(await watched.event('exit', { child }), { signal: 'SIGTERM', cause: 'limit', life: 1, pid })
    }
    await watched.watcher.add('shell', strict(victims.exec('spin')))
    await spinsFor('shell')
    // Node can do so since 22.15.
    if (!('execve' in process)) return

    await watched.watcher.add('preloaded', strict(victims.exec('exec-node')))
    const pid = await victims.strike(watched, 'preloaded')
    await watched.until('it has said hello again', () => watched.all('ready', { child: 'preloaded' }).length === 2)
    await watched.until(
      'it can be struck',
      () => victims.output.lines.filter(line => line === `up ${pid}`).length === 2,
    )
    await spinsFor('preloaded')

    for (const [act, word] of [
      ['exec-node', 'anew'],
      ['exec-sleep', '1000'],
    ] as const) {
      await watched.watcher.add(act, strict(victims.alone(act)))
      const pid = await victims.strike(watched, act)
      await watched.until('it is another program', () => lastWord(pid) === word)
      const { length } = watched.all('sample', { child: act })
      await watched.until('it is looked at', () => watched.all('sample', { child: act }).length > length + SAMPLES)
      t.match(await watched.row(act), { phase: 'up', life: 1, pid }, act)
      await watched.watcher.remove(act)
      t.match(await watched.event('exit', { child: act }), { signal: 'SIGTERM', cause: 'requested' })
    }
  },
)
