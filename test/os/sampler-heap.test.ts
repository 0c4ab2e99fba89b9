import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { sleeper } from './processes.js'

const NOISE_BYTES = 2 ** 20

t.test('a million looks leave nothing behind', async t => {
  const fixture = fileURLToPath(new URL('../fixtures/sampler-heap.ts', import.meta.url))
  const { pid } = await sleeper(t)
  const child = spawn(process.execPath, [...process.execArgv, '--expose-gc', fixture, String(pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const { collected, one, tree } = JSON.parse(output)
  t.ok(collected)
  t.ok(one < NOISE_BYTES, `one process: ${one} bytes`)
  t.ok(tree < NOISE_BYTES, `with its tree: ${tree} bytes`)
})
