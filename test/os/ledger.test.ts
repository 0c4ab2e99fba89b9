import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hostMark, startTime } from '../../lib/os/identity.js'
import { createLedger, here } from '../../lib/os/ledger.js'
import { endPast } from '../../lib/os/past.js'
import { DEADLINE_MS, ended, shell, sleeper, stateOf } from './processes.js'

const DEAD_HOST = '999999:1'

function made(folder: string) {
  const faults: string[] = []
  const ledger = createLedger(folder, { mark: 'm:', delayMs: 400, onFault: message => faults.push(message) })
  if (ledger === null) throw new Error('no ledger')
  return { ledger, faults, lines: () => readFileSync(ledger.path, 'utf8').split('\n').slice(0, -1) }
}

t.test('it is private, says whose it is, and goes', t => {
  const folder = join(t.testdir(), 'new')
  const { ledger, lines } = made(folder)
  ledger.add('+ 5 6 7', new Map())
  t.throws(lines, 'nothing before it is opened')
  ledger.open(['+ 1 2 3'])
  ledger.open([])
  ledger.add('- 1', new Map())
  const [head = '', ...rest] = lines()
  t.strictSame(JSON.parse(head), { version: 1, host: hostMark(), ...here(), mark: 'm:', delayMs: 400, socket: '' })
  t.strictSame(rest, ['+ 1 2 3', '- 1'])
  t.strictSame([statSync(folder).mode & 0o777, statSync(ledger.path).mode & 0o777], [0o700, 0o600])
  ledger.remove()
  ledger.remove()
  ledger.add('+ 5 6 7', new Map())
  t.strictSame(readdirSync(folder), [])
  t.end()
})

t.test('10 000 lives leave it short', t => {
  const { ledger, lines } = made(join(t.testdir(), 'new'))
  const all = new Map([[1, '+ 1 2 3']])
  ledger.open([...all.values()])
  for (let pid = 2; pid < 10_002; pid++) {
    all.set(pid, `+ ${pid} 2 3`)
    ledger.add(`+ ${pid} 2 3`, all)
    all.delete(pid)
    ledger.add(`- ${pid}`, all)
  }
  t.ok(lines().length < 300)
  t.ok(lines().includes('+ 1 2 3'))
  ledger.remove()
  t.end()
})

t.test('a folder that others can get at is refused, once and in words', t => {
  const dir = t.testdir({ file: '', real: {}, open: {} })
  chmodSync(join(dir, 'open'), 0o755)
  chmodSync(join(dir, 'real'), 0o700)
  symlinkSync(join(dir, 'real'), join(dir, 'link'))
  for (const [name, why] of [
    ['file', /is no folder/],
    ['link', /is no folder/],
    ['open', /is open to others \(mode 755\)/],
    ['none/none', /ENOENT/],
  ] as const) {
    const { ledger, faults } = made(join(dir, name))
    ledger.open([])
    ledger.open([])
    ledger.add('+ 1 2 3', new Map())
    ledger.remove()
    t.equal(faults.length, 1, name)
    t.match(faults[0], why)
  }
  t.strictSame(readdirSync(join(dir, 'real')), [])
  t.end()
})

t.test(
  'a folder may hold anything: nothing hangs, and nobody is ended by what no host wrote',
  { timeout: DEADLINE_MS },
  async t => {
    const folder = join(t.testdir(), 'new')
    mkdirSync(folder, 0o700)
    const [listed, marked] = await Promise.all([
      sleeper(t),
      shell(t, 'export OSQWATCH_LIFE=777777:1:1:1:; exec sh -c "echo ready; exec sleep 100"'),
    ])
    const write = (name: string, head: object, ...lines: string[]) => {
      const whole = { version: 1, host: DEAD_HOST, ...here(), mark: '', delayMs: 0, ...head }
      writeFileSync(join(folder, name), [JSON.stringify(whole), ...lines, ''].join('\n'))
    }
    spawnSync('mkfifo', [join(folder, 'pipe')])
    symlinkSync('/dev/zero', join(folder, 'endless'))
    writeFileSync(join(folder, 'vast'), '')
    truncateSync(join(folder, 'vast'), 2 ** 31)
    mkdirSync(join(folder, 'folder'))
    write('mark of another host', { mark: '777777:1:1:' })
    write('delay that no shell can count', {}, `+ ${listed.pid} ${startTime(listed.pid)} 99999999999999999999`)
    const told: string[] = []
    await endPast(folder, message => told.push(message))
    t.strictSame(
      [listed, marked].map(({ pid }) => stateOf(pid)),
      ['S', 'S'],
    )
    t.strictSame(told, [])
    t.strictSame(readdirSync(folder).sort(), ['endless', 'folder', 'pipe', 'vast'])
  },
)

t.test('who starts next ends what a dead host left, and only that', async t => {
  const folder = join(t.testdir(), 'new')
  mkdirSync(folder, 0o700)
  const [left, forgotten, reused, living, elsewhere, earlier] = await Promise.all(
    Array.from({ length: 6 }, () => sleeper(t)),
  )
  if (!left || !forgotten || !reused || !living || !elsewhere || !earlier) throw new Error('not six')
  const line = ({ pid }: { pid: number }, start = startTime(pid)) => `+ ${pid} ${start} 300`
  const write = (name: string, head: object, ...lines: string[]) => {
    const whole = { version: 1, host: DEAD_HOST, ...here(), mark: '', delayMs: 0, ...head }
    writeFileSync(join(folder, name), [JSON.stringify(whole), ...lines, ''].join('\n'))
  }
  write('dead', {}, line(left), line(forgotten), line(reused, '1'), `- ${forgotten.pid}`, '+ x', '+ 1 1 0')
  write('living', { host: hostMark() }, line(living))
  write('elsewhere', { namespace: 'pid:[1]' }, line(elsewhere))
  write('earlier', { boot: 'another' }, line(earlier))
  writeFileSync(join(folder, 'no head'), 'something else\n')
  writeFileSync(
    join(folder, 'dead, too'),
    `${JSON.stringify({ version: 1, host: DEAD_HOST, ...here(), mark: '$(x)' })}\n`,
  )
  const told: string[] = []
  await endPast(folder, message => told.push(message))
  t.equal(await ended(left.child), 'SIGTERM')
  t.strictSame(
    [forgotten, reused, living, elsewhere, earlier].map(({ pid }) => stateOf(pid)),
    ['S', 'S', 'S', 'S', 'S'],
  )
  t.strictSame(told, ['1 process that host 999999 left when it was killed was ended'])
  t.strictSame(readdirSync(folder).sort(), ['elsewhere', 'living', 'no head'])
})

t.test('a socket that a dead host left goes with its folder, and nothing else that a ledger names', async t => {
  const name = 'osqwatch-01234567-89ab'
  const dir = t.testdir({
    ledgers: {},
    [name]: { socket: '' },
    'osqwatch-mine': { socket: '' },
    precious: { socket: '' },
  })
  const folder = join(dir, 'ledgers')
  chmodSync(folder, 0o700)
  for (const place of [name, 'osqwatch-mine', 'precious']) {
    const socket = join(dir, place, 'socket')
    const head = { version: 1, host: DEAD_HOST, ...here(), mark: '', delayMs: 0, socket }
    writeFileSync(join(folder, place), `${JSON.stringify(head)}\n`)
  }
  await endPast(folder, message => t.fail(message))
  t.strictSame(readdirSync(dir).sort(), ['ledgers', 'osqwatch-mine', 'precious'])
  t.strictSame(readdirSync(folder), [])
})

t.test('what a dead host could not write to its end goes, unless somebody may be at it', async t => {
  const folder = join(t.testdir(), 'new')
  mkdirSync(folder, 0o700)
  const names = ['999999-1', '999999-1', hostMark().replace(':', '-')].map(
    (host, n) => `${host}-${randomUUID()}${n ? '.draft' : ''}`,
  )
  const fresh = `999999-1-${randomUUID()}.draft`
  const old = new Date(Date.now() - 120_000)
  for (const name of [...names, fresh]) writeFileSync(join(folder, name), '{"version":1,')
  for (const name of names) utimesSync(join(folder, name), old, old)
  await endPast(folder, message => t.fail(message))
  t.strictSame(readdirSync(folder).sort(), [names[2], fresh].sort())
})
