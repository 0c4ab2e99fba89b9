import { spawnSync } from 'node:child_process'
import t from 'tap'
import { createSampler } from '../../lib/os/sampler/index.js'
import { parseListing } from '../../lib/os/sampler/listing.js'
import { fixture } from '../fixtures/paths.js'
import { blankSample, open, pulse, sample } from './looks.js'
import { DEADLINE_MS, sleeper } from './processes.js'
import { samplerCases } from './sampler-cases.js'
import { treeCases } from './tree-cases.js'

const sampler = createSampler('pidusage')

samplerCases(t, sampler)
treeCases(t, sampler, { reaped: 'pidusage does not tell it', names: 'pidusage does not tell them' })

t.test('the first look has nothing to tell yet', async t => {
  t.equal(open(t, sampler, await sleeper(t)).look(blankSample()), 'nothing')
})

t.test('what it cannot know it does not tell', async t => {
  const probe = open(t, sampler, await sleeper(t))
  const { cpuMs, state } = await sample(probe)
  t.equal(state, '?')
  t.match(await pulse(probe), { ranMs: cpuMs, waitMs: null, state: '?' }, "the main thread's CPU is the process's")
  t.equal(probe.traced(), false)
})

t.test('one request serves all probes', async t => {
  const [asking, other] = [open(t, sampler, await sleeper(t)), open(t, sampler, await sleeper(t))]
  await sample(asking)
  t.equal(other.look(blankSample()), 'seen', 'its first look has an answer')
})

t.test('memory is not worth asking for more often than it is answered', async t => {
  t.equal(sampler.quickestMs, 1_000)
})

t.test('open probes do not keep a process alive, nor does the search for their children', async t => {
  const { pid } = await sleeper(t)
  const program = fixture('pidusage-open.ts')
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, program, String(pid)], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  })
  t.equal(stdout, 'sampled\n')
  t.equal(status, 0)
})

t.test('a listing of processes, and lines that are none', async t => {
  const rows = parseListing('    1     0     1\n  4242     1  4242\n\nps: a warning\n4243 4242\n 4244 4242 4242 9\n')
  t.strictSame(
    [...rows],
    [
      [1, { parent: 0, pgrp: 1, session: 0 }],
      [4242, { parent: 1, pgrp: 4242, session: 0 }],
    ],
  )
})
