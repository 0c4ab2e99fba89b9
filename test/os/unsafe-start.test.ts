import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createLauncher } from '../../lib/os/launcher.js'
import type { SpawnFailure } from '../../lib/os/ports.js'
import { childConfig } from '../supervisor/fakes.js'

/** What became of one launch. */
function launch(t: Test, program: string): Promise<SpawnFailure | { code: number | null }> {
  const clientPath = join(t.testdirName, 'client.cjs')
  const launcher = createLauncher({ clientPath, hostMark: `${process.pid}:0`, attach() {} })
  const config = { ...childConfig('x'), run: { type: 'command', command: program, checked: true } as const }
  return new Promise(resolve => {
    launcher.launch(config, 1, {
      spawned() {},
      failed: resolve,
      exited: code => resolve({ code }),
      heard() {},
      fault() {},
    })
  })
}

t.test('a program from a load file that became unsafe since is not started again, as in osquery', async t => {
  const program = join(t.testdir({ 'client.cjs': '' }), 'x.ext')
  copyFileSync('/bin/true', program)
  chmodSync(program, 0o755)
  t.strictSame(await launch(t, program), { code: 0 })
  chmodSync(program, 0o757)
  t.match(await launch(t, program), { code: 'EPERM', lasting: true, reason: /has become unsafe: writable by others/ })
})
