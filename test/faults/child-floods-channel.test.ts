import { app, fixture, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

const FAULTS: Readonly<Record<string, RegExp>> = {
  lines: /floods the heartbeat channel/,
  'one line': /longer than 4096 bytes/,
  binary: /not of its form|longer than 4096 bytes/,
  poison: /not of its form/,
}
/** Percent of a core: far above what it costs, and far below what it would without a bound. */
const SANE_CPU = 20

row(
  {
    struck: 'child',
    fault: 'a process of it floods its channel: a million lines, one of 100 MB, binary, half a line, poisoning JSON',
    holds:
      'its pid stays, its own beats and those of others are in time, the watcher keeps its rest, each kind is told once',
  },
  async t => {
    const child = (what: string) => app('', { module: fixture('faults-child.cjs'), args: ['grandchild writes', what] })
    const floods = [...Object.keys(FAULTS), 'half a line']
    const watched = await watch(t, {
      limits: { ...QUICK, interval: 1000, heartbeatLimit: '30s' },
      extensions: { ...Object.fromEntries(floods.map(what => [what, child(what)])), other: app('') },
    })
    for (const name of [...floods, 'other']) await watched.event('ready', { child: name })
    for (const [what, wanted] of Object.entries(FAULTS)) {
      await watched.until(`${what} is told`, () =>
        watched.all('fault', { child: what }).some(({ message }) => wanted.test(message)),
      )
    }
    // As long as a wrong verdict on lateness would take to come.
    const { length } = watched.all('sample', { child: 'other' })
    const worst = await watched.until('they were looked at for a while', async () => {
      const { cpu } = await watched.row('watcher')
      return watched.all('sample', { child: 'other' }).length > length + 10 && cpu !== null ? { cpu } : null
    })
    t.ok(worst.cpu < SANE_CPU, `the watcher's thread used ${worst.cpu} %`)
    for (const name of [...floods, 'other']) {
      t.match(await watched.row(name), { phase: 'up', life: 1 }, name)
      t.strictSame(watched.all('limit', { child: name }), [], name)
      const faults = watched.all('fault', { child: name }).map(({ message }) => message)
      t.equal(new Set(faults.map(message => message.replace(/form: .*/, 'form'))).size, faults.length, `${name}: once`)
    }
    t.strictSame(watched.all('fault', { child: 'other' }), [])
    t.notOk('evil' in {})
  },
)
