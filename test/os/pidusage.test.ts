import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createSampler } from '../../lib/os/sampler/index.js'
import { sleeper } from './processes.js'
import { open, sample, samplerCases } from './sampler-cases.js'

const sampler = createSampler('pidusage')

samplerCases(t, sampler)

t.test('the first look has nothing to tell yet', async t => {
  t.equal(open(t, sampler, await sleeper(t)).look(), null)
})

t.test('what it cannot know it does not tell', async t => {
  const probe = open(t, sampler, await sleeper(t))
  t.match(await sample(probe), { state: '?', mainMs: null, waitMs: null })
  t.equal(probe.traced(), false)
})

t.test('one request serves all probes', async t => {
  const [asking, other] = [open(t, sampler, await sleeper(t)), open(t, sampler, await sleeper(t))]
  await sample(asking)
  t.match(other.look(), { cpuMs: Number, rss: Number }, 'its first look has an answer')
})

t.test('open probes do not keep a process alive', async t => {
  const { pid } = await sleeper(t)
  const fixture = fileURLToPath(new URL('../fixtures/pidusage-open.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, fixture, String(pid)], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  t.equal(stdout, 'sampled\n')
  t.equal(status, 0)
})
