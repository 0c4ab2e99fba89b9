/** Hosts that are bundled or written in CommonJS, as the examples have them: run from a folder of their own. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import { root } from '../fixtures/paths.js'
import { type Ended, Host } from './hosts.js'

const run = promisify(execFile)

/** Far from this project, where its own name would lead to it. */
function elsewhere(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-example-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function toTheEnd(t: Test, ...args: string[]): Promise<Ended> {
  const host = new Host(args)
  t.teardown(() => host.destroy())
  const end = await host.ended()
  await host.allGone()
  return { end, said: host.said, stderr: host.stderr }
}

function toldAsText({ said }: Ended): string {
  return said.map(({ text }) => text).join('\n')
}

/** Where somebody has installed the package. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules', 'osqwatch'), 'dir')
}

async function bundle(folder: string): Promise<void> {
  await run(process.execPath, [join(root, 'examples/bundled-host/build.js'), folder], { cwd: root, env: CLEAN_ENV })
}

const RESPAWNED =
  /life 1\) started(.|\n)*holds(.|\n)*breaking its memory limit(.|\n)*life 2\) started(.|\n)*closed with 0/

t.test('bundled in four ways, with the package installed beside the bundle', async t => {
  const folder = elsewhere(t)
  await bundle(folder)
  install(folder)
  for (const name of ['external.mjs', 'external.cjs', 'inside.mjs', 'inside.cjs']) {
    const ended = await toTheEnd(t, join(folder, name), join(folder, 'leak.js'))
    t.strictSame([ended.end, ended.stderr], [[0, null], ''], name)
    t.match(toldAsText(ended), RESPAWNED, name)
  }
})

t.test('the package lies elsewhere, and the bundle is told where', async t => {
  const folder = elsewhere(t)
  await bundle(join(folder, 'bundle'))
  install(join(folder, 'vendor'))
  const thread = join(folder, 'vendor/node_modules/osqwatch/dist/workers/watcher.js')
  for (const name of ['inside.mjs', 'inside.cjs']) {
    const ended = await toTheEnd(t, join(folder, 'bundle', name), join(folder, 'bundle/leak.js'), thread)
    t.strictSame([ended.end, ended.stderr], [[0, null], ''], name)
    t.match(toldAsText(ended), RESPAWNED, name)
  }
})

t.test('the files were left behind, in whole or in part: it is said, and nothing is started', async t => {
  const folder = elsewhere(t)
  await bundle(folder)
  // As somebody ships it who copies dist alone: what the thread needs of others is not there.
  cpSync(join(root, 'dist'), join(folder, 'shipped/dist'), { recursive: true })
  const thread = join(folder, 'shipped/dist/workers/watcher.js')
  for (const name of ['inside.mjs', 'inside.cjs']) {
    const bare = await toTheEnd(t, join(folder, name), join(folder, 'leak.js'))
    t.strictSame([bare.end, bare.said], [[1, null], []], name)
    t.match(bare.stderr, /^ERR_OSQWATCH_WORKER_FILE .*workers\/watcher\.js; .*workerPath/)
    const part = await toTheEnd(t, join(folder, name), join(folder, 'leak.js'), thread)
    t.strictSame([part.end, part.said], [[1, null], []], name)
    t.match(part.stderr, /^ERR_OSQWATCH_WORKER_FILE piscina is missing beside .*with its dependencies/)
  }
})

t.test('a host in CommonJS', async t => {
  const folder = elsewhere(t)
  cpSync(join(root, 'examples/commonjs-host'), folder, { recursive: true })
  install(folder)
  const ended = await toTheEnd(t, join(folder, 'host.cjs'))
  t.strictSame([ended.end, ended.stderr], [[0, null], ''])
  t.match(toldAsText(ended), /its loop is spinning(.|\n)*heartbeat limit(.|\n)*life 2\) started(.|\n)*closed with 0/)
})
