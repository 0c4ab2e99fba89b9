import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { defaultIncidentsDir } from '../../lib/os/incidents-place.js'

function under(t: Test, env: Record<string, string | undefined>): string {
  const before = Object.keys(env).map(name => [name, process.env[name]] as const)
  for (const [name, value] of Object.entries(env)) set(name, value)
  t.teardown(() => before.forEach(([name, value]) => void set(name, value)))
  return defaultIncidentsDir()
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

const skip = process.platform === 'win32' && 'another place'

t.test('the folder for state, unless it is no whole path', { skip }, async t => {
  const HOME = t.testdir()
  t.equal(under(t, { HOME, XDG_STATE_HOME: '/some/state' }), '/some/state/osqwatch/incidents')
  for (const XDG_STATE_HOME of [undefined, '', 'state'])
    t.equal(under(t, { HOME, XDG_STATE_HOME }), join(HOME, '.local/state/osqwatch/incidents'))
  t.strictSame(readdirSync(HOME), [], 'nothing is made')
})

t.test('without a home, the folder for what is temporary', { skip }, async t => {
  const place = join(tmpdir(), `osqwatch-${process.geteuid?.()}`, 'incidents')
  for (const HOME of ['/no/such/home', '.']) t.equal(under(t, { HOME, XDG_STATE_HOME: undefined }), place, HOME)
})
