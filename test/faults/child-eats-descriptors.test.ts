import { app, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const LIMITS = { ...QUICK, heartbeatLimit: '20s', stopTimeout: '30s' }

row(
  {
    struck: 'child',
    fault: 'opens files until it has no descriptors left',
    holds: 'it is watched and answers as before, and others start and stop beside it',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, { limits: LIMITS, extensions: { eater: victims.alone('eat-descriptors') } })
    const pid = await victims.strike(watched, 'eater')
    t.match(await victims.output.line(/^ate/), /^ate \d+ EMFILE$/)
    await watched.watcher.add('another', app(''))
    await watched.event('ready', { child: 'another' })
    await watched.watcher.remove('another')
    process.kill(pid, 'SIGSTOP')
    await watched.until('its beat is late', async () => ((await watched.row('eater')).lateness ?? 0) > 0)
    process.kill(pid, 'SIGCONT')
    await watched.until('it has answered', async () => (await watched.row('eater')).lateness === 0)
    t.match(await watched.row('eater'), { phase: 'up', life: 1, pid })
    t.ok(((await watched.row('eater')).rss ?? 0) > 0)
    t.strictSame(watched.all('fault'), [])
    await watched.watcher.remove('eater')
    t.match(await watched.event('exit', { child: 'eater' }), { signal: 'SIGTERM', cause: 'requested' })
  },
)
