import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHost } from '../e2e/hosts.js'
import { isAlive } from '../e2e/processes.js'
import { until } from '../e2e/until.js'
import { sleeper } from '../os/processes.js'
import { LIMITS, MIXED, MIXED_SIZE, startFamily } from './families.js'
import { row } from './row.js'

row(
  {
    struck: 'host',
    fault: 'killed in the same instant as its guard',
    holds: 'the next start ends what they left, by identity, and touches no stranger with a pid of theirs',
  },
  async t => {
    const folder = join(t.testdir(), 'ledger')
    const host = await startFamily(t, { extensions: MIXED, ledger: folder }, MIXED_SIZE)
    const stranger = await sleeper(t)
    const names = readdirSync(folder)
    t.equal(names.length, 1, 'one guard, one ledger')
    const file = join(folder, String(names[0]))
    // Both are stopped first: neither sees the other's end.
    const guard = host.guard()?.pid as number
    process.kill(host.pid, 'SIGSTOP')
    process.kill(guard, 'SIGKILL')
    process.kill(host.pid, 'SIGKILL')
    await host.ended()
    // As if one of theirs had ended and its pid had been given away, before or after the host's death.
    writeFileSync(file, `+ ${stranger.pid} 1 0\n+ ${stranger.pid} - 0 tree\n+ $(kill ${stranger.pid}) 1 0\n+ 1`, {
      flag: 'a',
    })
    t.ok(host.family().length >= MIXED_SIZE, 'they outlive it')

    const next = startHost(t, 'e2e-host.mjs', JSON.stringify({ limits: LIMITS, ledger: folder, extensions: {} }))
    const told = await next.until('fault', ({ message }) => /left when it was killed/.test(String(message)))
    t.match(told.message, new RegExp(`processes that host ${host.pid} left when it was killed were ended`))
    await until('nobody of its family is left', () => host.family().length === 0)
    t.ok(isAlive(stranger.pid), 'the stranger lives')
    await until('its ledger is gone', () => readdirSync(folder).length === 0)
    next.shut()
    await next.allGone()
  },
)
