/** The live table on a terminal that is made up, and the plain lines where there is none. */
import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { LIMITS, OFF } from '../lib/core/limit-table.js'
import type { LimitName, Policy } from '../lib/core/model.js'
import { type Live, openLive } from '../lib/live/index.js'
import type { StatusRow } from '../lib/wire/commands.js'
import type { WatcherEvent } from '../lib/wire/events.js'

const MB = 1024 * 1024
const BEGUN = Date.now()

class Screen extends Writable {
  text = ''
  writes = 0
  constructor(
    readonly columns: number,
    readonly rows = 40,
    readonly isTTY = true,
  ) {
    super()
  }
  hasColors = () => false
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += stripVTControlCharacters(chunk.toString())
    this.writes++
    done()
  }
  /** What the last draw left, by lines; the table's edges left out. */
  lines(): string[] {
    return this.text.slice(this.text.lastIndexOf('osqwatch  ')).split('\n')
  }
  row(name: string): string[] {
    const line = this.lines().find(line => line.startsWith('│') && line.split('│')[1]?.trim() === name) ?? ''
    return line
      .split('│')
      .slice(1, -1)
      .map(cell => cell.trim())
  }
}

const open = (screen: Screen): Live => openLive(screen as unknown as NodeJS.WriteStream, { startedAt: BEGUN })

/** Drawn as a whole: without output only what has changed is written. */
function draw(live: Live): void {
  live.output('\n')
  live.draw()
}

function policy(set: Partial<Record<LimitName, number>>): Policy {
  const values = Object.fromEntries(Object.entries(LIMITS).map(([name, { levels }]) => [name, levels.app]))
  return { ...values, ...set, cores: 2 } as unknown as Policy
}

function row(name: string, fields: Partial<StatusRow> = {}): StatusRow {
  const figures = { cpu: null, footprint: null, rss: null, lateness: null, recent: null }
  const base = { name, kind: 'extension', phase: 'up', pid: 7, life: 1, streak: 0, limits: policy({}), ...figures }
  return { ...base, ...fields } as StatusRow
}

const event = (type: string, child: string, fields: object = {}): WatcherEvent =>
  ({ type, child, at: BEGUN + 1200, pid: 7, life: 1, message: `${child}: ${type}`, ...fields }) as WatcherEvent

t.test('a child, its figures beside its limits, and what becomes of it', async t => {
  const screen = new Screen(119)
  const live = open(screen)
  t.teardown(() => live.close())
  const limits = policy({ memory: 100 * MB, utilization: 25, heartbeatLimit: 10_000, respawnLimit: 5 })
  live.tell(event('spawn', 'leak'))
  live.rows([row('leak', { limits, phase: 'starting' }), row('watcher', { kind: 'watcher' })])
  draw(live)
  t.strictSame(screen.row('leak'), ['leak', 'starting', '1', '', '', '', ''])
  t.strictSame(screen.row('watcher'), [], "the watcher's own row is no child")

  const figures = { cpu: 12.4, footprint: 30 * MB, rss: 80 * MB, lateness: 1500 }
  live.tell(event('sample', 'leak', figures))
  draw(live)
  t.strictSame(screen.row('leak').slice(1), ['up', '1', '██░░░░░░░░ 12/50 %', '███░░░░░░░ 30/100 MB', '1.5/10 s', ''])

  live.tell(event('limit', 'leak'))
  draw(live)
  t.equal(screen.row('leak')[1], 'over its limit')
  t.match(screen.lines().join('\n'), '  1.2 s  leak: limit', 'the last events stand beneath')

  live.tell(event('exit', 'leak'))
  live.tell(event('backoff', 'leak', { at: Date.now(), delay: 60_000, streak: 2 }))
  live.tell(event('sample', 'leak', figures))
  draw(live)
  t.match(screen.row('leak')[1], /^back in (60|59)\.\d s$/)
  t.strictSame(screen.row('leak').slice(2), ['1', '', '', '', '2/5'], 'a sample that comes late is of nobody')

  live.tell(event('giveup', 'leak'))
  live.rows([row('leak', { phase: 'down', pid: null, streak: 2, limits })])
  draw(live)
  t.equal(screen.row('leak')[1], 'given up', 'events say more than the phase')
})

t.test('limits that are off are not shown, and a limit on the whole size is', async t => {
  const screen = new Screen(121)
  const live = open(screen)
  t.teardown(() => live.close())
  const figures = { cpu: 90, footprint: 30 * MB, rss: 80 * MB, lateness: 200 }
  const off = { memory: OFF, utilization: OFF, heartbeatLimit: OFF }
  live.rows([
    row('free', { ...figures, limits: policy({ ...off, memoryTotal: OFF }) }),
    row('whole', { ...figures, limits: policy({ ...off, memoryTotal: 90 * MB }) }),
    row('a-name-of-some-length', { lateness: null }),
  ])
  draw(live)
  t.strictSame(screen.row('free').slice(3, 6), ['█████████░ 90 %', '30 MB', '0.2 s'])
  t.equal(screen.row('whole')[4], 'all of it 80/90 MB')
  t.equal(screen.row('a-name-of-some-length')[0], 'a-name-of-some-length', 'the first column takes what is spare')
})

t.test('what was, where there is room: memory first, then CPU too', async t => {
  const limits = policy({ memory: OFF, utilization: 25, heartbeatLimit: OFF })
  const grows = Array.from({ length: 30 }, (_, n) => (100 + n) * MB)
  const busy = [0, 50, 100, 50]
  const recent = { rss: grows, cpu: busy }
  const drawn = (columns: number, fields: Partial<StatusRow>) => {
    const screen = new Screen(columns)
    const live = open(screen)
    t.teardown(() => live.close())
    live.rows([row('app', { cpu: 1, rss: MB, footprint: MB, lateness: null, limits, ...fields })])
    draw(live)
    t.ok(screen.lines().every(line => line.length <= columns))
    return screen.row('app')
  }
  const base = ['app', 'up', '1', '░░░░░░░░░░ 1/50 %', '1 MB', '', '']
  t.strictSame(drawn(119, { recent }), base)
  t.strictSame(drawn(120, { recent }), base.toSpliced(5, 0, '▁▂▃▄▄▅▆▇▇█'), 'three samples a cell')
  t.strictSame(
    drawn(140, { recent }),
    base.toSpliced(5, 0, '▁▂▃▄▄▅▆▇▇█').toSpliced(4, 0, '▁▅█▅'),
    'by the limit, or more',
  )
  t.equal(drawn(140, { recent: { rss: [100 * MB, 100.1 * MB, 100 * MB], cpu: [5] } })[6], '▁▁▁', 'steady')
  t.equal(drawn(140, { recent: { rss: [], cpu: [] } })[6], '', 'nothing yet')
})

t.test('a life that is over leaves nothing of it', async t => {
  const screen = new Screen(140)
  const live = open(screen)
  t.teardown(() => live.close())
  live.rows([row('app', { recent: { rss: [MB, 2 * MB], cpu: [1] } })])
  draw(live)
  t.equal(screen.row('app')[6], '▁█')
  live.tell(event('exit', 'app'))
  draw(live)
  t.equal(screen.row('app')[6], '')
})

t.test('who is adopted is shown, and who was removed is not', async t => {
  const screen = new Screen(140)
  const live = open(screen)
  t.teardown(() => live.close())
  live.tell(event('adopt', 'server'))
  live.tell(event('spawn', 'gone'))
  live.tell(event('exit', 'gone'))
  live.tell(event('spawn', 'new'))
  live.rows([row('server', { kind: 'adopted' })])
  draw(live)
  t.equal(screen.row('server')[1], 'adopted')
  t.strictSame(screen.row('gone'), [])
  t.equal(screen.row('new')[1], 'starting', 'what lives may have come after the rows')
})

t.test('output of children stands above, by whole lines, and the table is drawn again beneath', async t => {
  const screen = new Screen(140)
  const live = open(screen)
  live.tell(event('spawn', 'app'))
  live.draw()
  const euro = Buffer.from('€')
  live.output(Buffer.concat([Buffer.from('price: 5 '), euro.subarray(0, 1)]), 'app out')
  live.output('another\n', 'app err')
  live.output(Buffer.concat([euro.subarray(1), Buffer.from('\nno end')]), 'app out')
  const before = screen.text.length
  live.draw()
  t.match(screen.text.slice(before), /^another\nprice: 5 €\nosqwatch {2}/)
  live.close()
  t.match(
    screen.text,
    /no end\nosqwatch(.|\n)*│ app +│(.|\n)*app: spawn\n$/,
    'the rest comes at the close, and the table stays',
  )
  const { writes } = screen
  live.close()
  t.equal(screen.writes, writes, 'closed once')
})

t.test('it is drawn five times a second at most, whatever happens', async t => {
  const screen = new Screen(140)
  const begun = performance.now()
  const live = open(screen)
  const drawn = () => screen.text.split('osqwatch  ').length - 1
  for (let i = 0; drawn() < 3; i++) {
    live.tell(event('spawn', `child${i % 10}`))
    live.output(`line ${i}\n`)
    await nextTurn()
  }
  t.ok(drawn() <= (performance.now() - begun) / 200)
  live.close()
})

t.test('a crowd is cut to the height of the window', async t => {
  const screen = new Screen(140, 12)
  const live = open(screen)
  t.teardown(() => live.close())
  for (let i = 0; i < 50; i++) live.tell(event('spawn', `child${i}`))
  draw(live)
  t.ok(screen.lines().length <= 12)
  t.match(screen.lines().join('\n'), '… and 44 more')
})

for (const [what, screen] of [
  ['no terminal', new Screen(140, 40, false)],
  ['a narrow terminal', new Screen(60)],
] as const) {
  t.test(`${what}: a line an event, and output as it is`, async t => {
    const live = open(screen)
    live.tell(event('spawn', 'app'))
    live.tell(event('ready', 'app'))
    live.tell(event('sample', 'app'))
    live.output('from the app\nand no end')
    live.tell({ type: 'unhealthy', at: BEGUN + 2000, reason: 'late', message: 'the watcher is late' })
    live.rows([row('app')])
    live.draw()
    live.close()
    t.equal(
      screen.text,
      [
        '  1.2 s  app       spawn      app: spawn\n',
        'from the app\n',
        '  2.0 s  watcher   unhealthy  the watcher is late\n',
        'and no end\n',
      ].join(''),
    )
  })
}
