import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { fixture } from '../fixtures/paths.js'
import { sleeper } from './processes.js'

const NOISE_BYTES = 2 ** 20

t.test('a million looks leave nothing behind', async t => {
  const program = fixture('sampler-heap.ts')
  const { pid } = await sleeper(t)
  const child = spawn(process.execPath, [...process.execArgv, '--expose-gc', program, String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const { collected, one, tree } = JSON.parse(output)
  t.ok(collected)
  t.ok(one < NOISE_BYTES, `one process: ${one} bytes`)
  t.ok(tree < NOISE_BYTES, `with its tree: ${tree} bytes`)
})
