import { QUICK, shell, watch } from '../e2e/helpers.js'
import { row } from './row.js'

const CHILDREN = 12
const BOUND = 15

row(
  {
    struck: 'machine',
    fault: 'many children fail together, over and over',
    holds: 'their restarts are spread, bounded over all, told, and each child has one in flight',
  },
  async t => {
    const limits = { ...QUICK, respawnLimit: 50, respawnMaxDelay: 1000 }
    const crash = shell('exit 3', { tree: false })
    const extensions = Object.fromEntries(Array.from({ length: CHILDREN }, (_, n) => [`crash${n}`, crash]))
    const watched = await watch(t, { limits, extensions, respawnsPerMinute: BOUND })
    // The first round is within the bound, the second is not.
    await watched.until('all but those within the bound are queued', () => {
      return watched.all('backoff', { queued: true }).length === CHILDREN
    })
    const respawns = watched.all('spawn').filter(({ life }) => life > 1)
    t.equal(respawns.length, BOUND)
    const waits = watched.all('backoff', { queued: false }).map(({ delay }) => delay)
    t.ok(
      waits.every(delay => delay >= 1000 && delay <= 1500),
      `${waits}`,
    )
    t.ok(new Set(waits).size > CHILDREN / 2, `they are spread: ${waits}`)
    const queued = watched.all('backoff', { queued: true })
    t.ok(queued.every(({ delay }) => delay > 0 && delay <= 60_000))
    for (const child of Object.keys(extensions)) {
      const lives = watched.story(child).filter(type => type === 'spawn' || type === 'exit')
      t.ok(
        lives.every((type, n) => type === (n % 2 === 0 ? 'spawn' : 'exit')),
        `${child}: ${lives}`,
      )
    }
    await watched.watcher.restart('crash0')
    t.equal(watched.all('spawn').filter(({ life }) => life > 1).length, BOUND + 1, 'what is asked for does not wait')
  },
)
