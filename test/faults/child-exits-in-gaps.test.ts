import type { LimitOptions } from 'osqwatch'
import { app, PATIENT, QUICK, shell, watch } from '../e2e/helpers.js'
import { row } from './row.js'

const OVER = { ...QUICK, memoryTotal: '1MB', memoryHard: 'off', respawnLimit: 1 } as const

/** It hears SIGTERM, and takes so many seconds to go. */
const slow = (seconds: number) =>
  shell(`trap 'sleep ${seconds}; exit 3' TERM; while :; do sleep 600; done`, { tree: false })

/** Over this limit once it listens: so that it can go when it is warned, or be deaf. */
const onceItListens = (manner: string) => app(`${manner} hoard=150`)
const HOARDED = '120MB'

row(
  {
    struck: 'child',
    fault: 'exits by itself in a gap of its ladder: when it is warned, after SIGTERM, just when SIGKILL is due',
    holds: 'each life is ended once and followed by the next, and nobody is left',
  },
  async t => {
    const patient: LimitOptions = { warnDelay: PATIENT, memoryTotal: HOARDED }
    const extensions = {
      warned: { ...onceItListens('quits'), limits: patient },
      told: { ...shell('sleep 600', { tree: false }), limits: { forcedShutdownDelay: PATIENT } },
      // Around the half second after which SIGKILL comes.
      early: slow(0.4),
      ...Object.fromEntries([0.47, 0.48, 0.49, 0.5, 0.51, 0.52].map(seconds => [`at ${seconds}`, slow(seconds)])),
      deaf: { ...onceItListens('deaf'), limits: { memoryTotal: HOARDED } },
    }
    const names = Object.keys(extensions)
    const watched = await watch(t, { limits: OVER, extensions })
    for (const child of names) await watched.event('giveup', { child })
    for (const child of names) {
      const lives = watched.story(child).filter(type => type === 'spawn' || type === 'exit')
      t.strictSame(lives, ['spawn', 'exit', 'spawn', 'exit'], child)
      const rungs = watched.story(child).filter(type => type === 'warn' || type === 'backoff')
      t.strictSame(rungs, ['warn', 'backoff', 'warn'], `${child}: one ladder a life`)
      for (const { cause, verdict } of watched.all('exit', { child }))
        t.strictSame({ cause, verdict }, { cause: 'limit', verdict: 'memory' })
    }
    t.match(watched.all('exit', { child: 'warned' }), [{ code: 0 }, { code: 0 }])
    t.strictSame(watched.all('terminate', { child: 'warned' }), [])
    t.match(watched.all('exit', { child: 'told' }), [{ signal: 'SIGTERM' }, { signal: 'SIGTERM' }])
    t.match(watched.all('exit', { child: 'deaf' }), [{ signal: 'SIGKILL' }, { signal: 'SIGKILL' }])
  },
)
