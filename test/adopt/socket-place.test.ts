import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { SocketPlace } from '../../lib/adopt/socket-place.js'

const { TMPDIR } = process.env
t.teardown(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
})

t.test('the folder is the user’s alone, and gone afterwards', async t => {
  const place = new SocketPlace()
  t.notOk(existsSync(dirname(place.path)), 'nothing is made before it is needed')
  place.open()
  t.equal(statSync(dirname(place.path)).mode & 0o777, 0o700)
  place.remove()
  t.notOk(existsSync(dirname(place.path)))
})

t.test('where the folder for temporary files has a name too long for sockets, another one is taken', async t => {
  process.env.TMPDIR = `/${'long/'.repeat(30)}`
  t.ok(Buffer.byteLength(new SocketPlace().path) <= 103)
  process.env.TMPDIR = '/var/tmp'
  t.match(new SocketPlace().path, /^\/var\/tmp\/osqwatch-/)
})
