/** A child is its whole tree: counted together, judged together, ended together. */
import t from 'tap'
import { CLEAN_ENV, fixture, Output, PATIENT, QUICK, shell, type Watched, watch } from './helpers.js'
import { look } from './proc.js'

const MB = 1024 * 1024
const node = `"${process.execPath}"`
const app = (manners: string) => `${node} "${fixture('e2e-app.cjs')}" ${manners}`
const LIMITS_OF_STRAYS = { ...QUICK, stopTimeout: PATIENT, forcedShutdownDelay: PATIENT }

async function treeOf(watched: Watched, name: string): Promise<readonly { pid: number; name: string }[]> {
  const { tree } = await watched.row(name)
  for (const { pid } of tree) watched.see(pid)
  return tree
}

/** 150 MB that four processes share: one filled it, and forked three times. */
const SHARED = `$| = 1; my $held = "x" x ${150 * MB}; for (1 .. 3) { last unless fork } print "$$\n"; sleep 1000`

t.test('a leak in a grandchild is the child’s, and the whole tree goes', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, forcedShutdownDelay: PATIENT, memoryTotal: '160MB', memoryHard: 'off' } as const
  // The first shell waits for the second, which waits for Node.
  const wrapped = shell(`sh -c '${app('on-usr2 hoard=200')}; exit $?'; exit $?`, {
    stdio: output.stdio,
    limits,
    restart: 'never',
  })
  const watched = await watch(t, { extensions: { wrapped } })
  await output.line(/^up$/)
  const tree = await watched.until('three processes', async () => {
    const seen = await treeOf(watched, 'wrapped')
    return seen.length === 3 ? seen : null
  })
  t.match(
    tree.map(({ name }) => name),
    // What the kernel calls it is its main thread's name, which newer versions of Node set.
    ['sh', 'sh', /node|MainThread/],
  )
  process.kill(tree[2]?.pid as number, 'SIGUSR2')
  const limit = await watched.event('limit')
  t.match(limit, { limitName: 'memoryTotal', processes: 3, measure: 'proportional' })
  t.ok(limit.value > 160 * MB)
  await watched.until('all three are gone', () => tree.every(({ pid }) => look(pid) === null))
})

t.test('with tree: false it is its one process, as in osquery', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, memoryTotal: '100MB', memoryHard: 'off' } as const
  const wrapped = shell(`${app('hoard=150')}; exit $?`, { stdio: output.stdio, limits, tree: false })
  const watched = await watch(t, { extensions: { wrapped } })
  await output.line(/^up$/)
  const sample = await watched.until('a window of it', () => watched.all('sample')[1])
  t.match(sample, { processes: 1 })
  t.ok(sample.rss < 10 * MB, 'a shell')
  t.strictSame(watched.all('limit'), [])
})

t.test('CPU of a grandchild, and of those that have ended, is the child’s', async t => {
  // So little that it is had on a machine that many others use, too.
  const hot = { interval: 1000, latency: '2s', utilization: '0.03 core', forcedShutdownDelay: PATIENT } as const
  const limits = { ...QUICK, ...hot }
  // Each burner ends after a tenth of a second of a processor: whoever looks once a second hardly ever sees it.
  const burner = `${node} -e "for (let used = 0; used < 1e5; ) ({ user: used } = process.cpuUsage());"`
  const burners = `while :; do ${burner}; done`
  const extensions = {
    brief: shell(burners, { limits, restart: 'never' }),
    long: shell(`${node} -e 'for (;;);'; exit $?`, { limits, restart: 'never' }),
    many: shell(burners, { limits: { ...limits, utilization: 'off' } }),
  }
  const watched = await watch(t, { extensions })
  for (const child of ['brief', 'long']) {
    t.match(await watched.event('limit', { child }), { verdict: 'cpu', limitName: 'latency' })
  }
  const isMore = ({ cpuMs }: { cpuMs: number }) => cpuMs > 1500
  await watched.until('more is counted than one of them uses', () =>
    watched.all('sample', { child: 'many' }).some(isMore),
  )
  for (const child of Object.keys(extensions)) {
    const used = watched.all('sample', { child }).map(({ cpuMs }) => cpuMs)
    t.strictSame(
      used,
      used.toSorted((a, b) => a - b),
      'never less than before',
    )
  }
})

t.test('what several processes share is an alarm, and is refuted', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, memoryTotal: '500MB', memoryHard: 'off' } as const
  const shared = { command: 'perl', args: ['-e', SHARED], env: CLEAN_ENV, stdio: output.stdio, limits }
  const watched = await watch(t, { extensions: { shared } })
  await watched.until('four processes', () => output.lines.length === 4)
  const row = await watched.until('it was asked what they really hold', async () => {
    const row = await watched.row('shared')
    return row.proportional !== null && row.tree.length === 4 ? row : null
  })
  t.ok(Number(row.rss) > 500 * MB, `${row.rss} by their resident sizes`)
  t.ok(Number(row.proportional) < 400 * MB, `${row.proportional} with shared pages counted once`)
  t.strictSame(watched.all('limit'), [])
})

t.test('a descendant that has left the group and lost its parent is found, and ended with the child', async t => {
  const output = new Output(t)
  const script = `setsid sh -c 'echo $$; exec sleep 1000' & echo up; sleep 1000`
  const watched = await watch(t, { limits: LIMITS_OF_STRAYS, worker: shell(script, { stdio: output.stdio }) })
  const stray = Number(await output.line(/^\d+$/))
  watched.see(stray)
  await watched.until('it is known', async () => (await treeOf(watched, 'worker')).some(({ pid }) => pid === stray))
  await watched.watcher.remove('worker')
  await watched.until('it is gone', () => look(stray) === null)
})

t.test('with tree: false a daemon is spared', async t => {
  const output = new Output(t)
  const script = `setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000`
  const worker = shell(script, { stdio: output.stdio, tree: false })
  const watched = await watch(t, { limits: LIMITS_OF_STRAYS, worker })
  const daemon = Number(await output.line(/^\d+$/))
  t.teardown(() => process.kill(daemon, 'SIGKILL'))
  await watched.watcher.remove('worker')
  t.ok(look(daemon), 'it lives on')
})
