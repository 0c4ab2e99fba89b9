import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { QUICK } from '../e2e/helpers.js'
import { startHostBehind } from '../e2e/hosts.js'
import { fixture } from '../e2e/programs.js'
import { needsRoot, row } from './row.js'

/** In a /proc that shows a user nothing but what is the user's own. */
const USER = 'setpriv --reuid=61234 --regid=61234 --clear-groups'
const HIDING = ['unshare', '-pfm', '--mount-proc', '--kill-child', 'sh', '-c']
const HIDE = `mount -o remount,hidepid=2 /proc && exec ${USER} "$@"`
const canHide = () => spawnSync(HIDING[0] as string, [...HIDING.slice(1), HIDE, 'sh', 'true']).status === 0

const BEATS = 'while [ -e "$0" ]; do echo WATCHDOG=1 >&3; sleep 0.1; done; exec sleep 1000'

row(
  {
    struck: 'host',
    fault: '/proc does not show a child to its host (hidepid)',
    holds: 'it is not taken for gone, which is said once; its heartbeat is judged',
    skip: needsRoot || (canHide() ? false : 'no namespace to be had here in which /proc hides anybody'),
  },
  async t => {
    const dir = t.testdir({ 'may-beat': '' })
    const [hidden, mayBeat] = [join(dir, 'hidden'), join(dir, 'may-beat')]
    // Whoever runs a program that may not be read is nobody's own.
    copyFileSync('/bin/sh', hidden)
    chmodSync(hidden, 0o711)
    const options = {
      watcher: { limits: { ...QUICK, heartbeatLimit: '3s' } },
      commands: { hidden: { command: hidden, args: ['-c', BEATS, mayBeat], stdio: 'ignore' } },
    }
    const host = startHostBehind(t, [...HIDING, HIDE, 'sh'], [fixture('host-row.mjs'), JSON.stringify(options)])
    await host.until('ready')
    t.match(await host.until('fault'), { child: 'hidden', message: /does not show it to this user/ })
    // It beats for longer than its limit.
    await delay(5000)
    host.order('status')
    t.match(await host.until('status'), { rows: [{ name: 'hidden', phase: 'up', life: 1 }, {}] })
    t.notOk(host.said.some(({ type }) => ['limit', 'exit'].includes(String(type))))
    t.equal(host.said.filter(({ type }) => type === 'fault').length, 1, 'said once')

    rmSync(mayBeat)
    t.match(await host.until('limit'), { verdict: 'heartbeat' })
    t.match(await host.until('exit'), { cause: 'limit', life: 1 })
    host.order('stop')
    await host.until('closed')
    host.order('leave')
    t.strictSame(await host.ended(), [0, null])
    await host.allGone()
  },
)
