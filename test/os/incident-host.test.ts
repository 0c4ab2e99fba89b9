import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { incidentHost } from '../../lib/os/incident-host.js'

t.test('which host it is', async t => {
  const { pid, version, cwd, command } = incidentHost('1.2.3')
  t.strictSame({ pid, version, cwd }, { pid: process.pid, version: '1.2.3', cwd: process.cwd() })
  t.match(command, 'incident-host.test.js')
})

t.test('a folder that was removed is nowhere, and no reason to have no watcher', async t => {
  const before = process.cwd()
  const gone = join(t.testdir(), 'gone')
  mkdirSync(gone)
  process.chdir(gone)
  rmSync(gone, { recursive: true })
  const { cwd } = incidentHost('1')
  process.chdir(before)
  t.equal(cwd, '')
})
