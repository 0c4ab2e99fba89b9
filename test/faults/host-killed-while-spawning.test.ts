import { setTimeout as delay } from 'node:timers/promises'
import { startHost } from '../e2e/hosts.js'
import { shell } from '../e2e/programs.js'
import { until } from '../e2e/until.js'
import { ESCAPE, LIMITS } from './families.js'
import { row } from './row.js'

/** ms after its start: before the thread is there, while children are started, and after. */
const MOMENTS = [0, 60, 120, 160, 200, 230, 260, 290, 320, 360, 400, 500]
const CHILDREN = 30

row(
  {
    struck: 'host',
    fault: 'SIGKILL while createWatcher starts its children',
    holds: 'whoever was started before its guard was told of them is ended, too',
  },
  async t => {
    const one = { ...shell(`${ESCAPE}; trap '' TERM; sleep 1000`), env: undefined }
    const extensions = Object.fromEntries(Array.from({ length: CHILDREN }, (_, nth) => [`child ${nth}`, one]))
    const options = JSON.stringify({ limits: LIMITS, extensions })
    for (const moment of MOMENTS) {
      const host = startHost(t, 'e2e-host.mjs', options)
      await delay(moment)
      host.kill('SIGKILL')
      await host.allGone()
      t.pass(`${moment} ms after its start`)
    }
    // Surely in the midst of it.
    for (const children of [1, 5, 10, 20]) {
      const host = startHost(t, 'e2e-host.mjs', options)
      await until('some of them are there', () => host.family().length > children)
      host.kill('SIGKILL')
      await host.allGone()
      t.pass(`with ${children} of them there`)
    }
  },
)
