/** What an adopted child and the patterns of `adopt` resolve to. */
import t from 'tap'
import { adoptedConfig, resolveAdopted, resolveRules } from '../../lib/options/adopted.js'
import { Problems } from '../../lib/options/check.js'
import type { AdoptOptions, WatcherOptions } from '../../lib/options/types.js'
import { MB, problemsIn, resolve } from './setup.js'

const contextOf = (options?: WatcherOptions) => resolve(options).context
const adopt = (options?: AdoptOptions, watcher?: WatcherOptions) => resolveAdopted(options, contextOf(watcher))

t.test('without options an adopted child has no name yet, counts with its tree and stops with the watcher', async t => {
  t.match(adopt(), { name: null, tree: true, keep: false, client: 'none', witness: false })
})

t.test('the options of an adopted child replace the defaults', async t => {
  t.match(adopt({ name: 'search', tree: false, keep: true }), { name: 'search', tree: false, keep: true })
})

t.test('an adopted child is judged but never restarted', async t => {
  t.match(adopt({}, { watchExtensions: false }).policy, { judged: true, restart: 'never' })
})

t.test("the limits of an adopted child override the watcher's", async t => {
  const watcher: WatcherOptions = { limits: { memory: '300MB', latency: '20s' } }
  const { policy } = adopt({ limits: { memory: '50MB' } }, watcher)
  t.match(policy, { memory: 50 * MB, latency: 20_000 })
  t.match(policy.sources, { memory: 'limits.memory', latency: 'limits.latency' })
})

t.test('every wrong option of an adopted child is reported at once', async t => {
  const options = { name: 'watcher', limits: { memory: -1 }, enforce: 1, tree: 'yes', keep: 'no', limit: 5 }
  const problems = problemsIn(() => adopt(options as unknown as AdoptOptions))
  t.strictSame(
    problems.map(({ option, got }) => `${option}: ${got}`).sort(),
    ['enforce: 1', 'keep: "no"', 'limit: 5', 'limits.memory: -1', 'name: "watcher"', 'tree: "yes"'].sort(),
  )
  const takes = (option: string) => problems.find(problem => problem.option === option)?.takes
  t.equal(takes('name'), 'another name: watcher is taken by the watcher itself')
  t.match(takes('limit'), /did you mean limits\?/)
  const [blank] = problemsIn(() => adopt({ name: '' }))
  t.equal(blank?.takes, 'a name that is not empty and has no control characters')
})

t.test('the config of an adopted child claims nothing of how it was started', async t => {
  const terms = adopt({ keep: true, tree: false })
  const run = { type: 'adopted', pid: 7, start: '12', reported: true } as const
  t.strictSame(adoptedConfig('search', run, terms), {
    ...{ name: 'search', kind: 'adopted', run, policy: terms.policy, tree: false, keep: true },
    ...{ client: 'none', witness: false, group: 'shared', warnSignal: 'off', ipc: null },
    ...{ args: [], env: {}, cwd: process.cwd() },
    stdio: { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' },
  })
})

t.test('each pattern of adopt has limits, or false for processes that are left alone', async t => {
  const problems = new Problems()
  const adopt = { 'chrome *': { memory: '80MB' }, ssh: false, absent: undefined, '*': {} }
  const rules = resolveRules(problems, adopt, contextOf({ limits: { memory: '300MB' } }))
  problems.throwIfAny()
  t.match(rules, [
    { pattern: 'chrome *', policy: { memory: 80 * MB, judged: true, restart: 'never' } },
    { pattern: 'ssh', policy: null },
    { pattern: '*', policy: { memory: 300 * MB } },
  ])
  t.equal(rules.length, 3)
  t.equal(rules[0]?.policy?.sources.memory, 'adopt["chrome *"].memory')
})

t.test('wrong patterns of adopt are reported by their path', async t => {
  const problemsOf = (adopt: unknown) => {
    const problems = new Problems()
    resolveRules(problems, adopt, contextOf())
    return problems.list.map(({ option, got, takes }) => `${option}: ${got}, ${takes}`)
  }
  t.strictSame(problemsOf(undefined), [])
  t.strictSame(problemsOf('chrome'), ['adopt: "chrome", a plain object'])
  t.strictSame(problemsOf({ a: true, b: '1GB' }), [
    'adopt.a: true, limits, or false: those that match are left alone',
    'adopt.b: "1GB", limits, or false: those that match are left alone',
  ])
  t.match(problemsOf({ a: { memory: 'much' } }), [/^adopt\.a\.memory: "much"/])
})
