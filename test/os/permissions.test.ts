import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { unsafeReason } from '../../lib/os/permissions.js'

const IS_ROOT = process.geteuid?.() === 0
const SOMEBODY_ELSE = 54_321

const root = t.testdir()

/** A program of that mode in a directory of its own, of that mode too. */
function program(name: string, { mode = 0o755, directoryMode = 0o755 } = {}): string {
  const directory = join(root, name)
  mkdirSync(directory)
  const path = join(directory, 'tool.ext')
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  chmodSync(directory, directoryMode)
  return path
}

t.test('a program of this user in a directory of this user is safe', async t => {
  t.equal(unsafeReason(program('plain')), null)
  t.equal(
    unsafeReason(program('group', { mode: 0o775, directoryMode: 0o775 })),
    null,
    'whoever makes a group trusts it',
  )
  t.equal(unsafeReason('/bin/sh'), null, "root's, whoever asks")
})

t.test('a program that others can put in place is not', async t => {
  t.equal(unsafeReason(program('file', { mode: 0o757 })), 'writable by others')
  const loose = program('loose', { directoryMode: 0o777 })
  t.equal(unsafeReason(loose), `in a world-writable directory: ${join(root, 'loose')}`)
  const sticky = program('sticky', { directoryMode: 0o1777 })
  t.match(unsafeReason(sticky), /in a world-writable directory/, 'as /tmp is')
})

t.test('links are followed, and both of their ends must be safe', async t => {
  const safe = program('safe')
  const exposed = program('exposed', { directoryMode: 0o777 })
  mkdirSync(join(root, 'links'))
  chmodSync(join(root, 'links'), 0o755)
  const link = (target: string, ...path: string[]) => {
    symlinkSync(target, join(root, ...path))
    return join(root, ...path)
  }
  t.equal(unsafeReason(link(safe, 'links', 'safe.ext')), null)
  t.match(unsafeReason(link(exposed, 'links', 'exposed.ext')), /world-writable directory: .*exposed$/)
  t.match(unsafeReason(link(safe, 'exposed', 'to-safe.ext')), /world-writable directory: .*exposed$/)
  t.equal(unsafeReason(link(join(root, 'nowhere'), 'links', 'dangling.ext')), 'ENOENT')
})

t.test('what is no program cannot be started', async t => {
  t.equal(unsafeReason(program('data', { mode: 0o644 })), 'not executable')
  t.equal(unsafeReason(root), 'not a regular file')
  t.equal(unsafeReason(join(root, 'missing.ext')), 'ENOENT')
})

t.test('a program belongs to root or to this user', { skip: !IS_ROOT && 'only root can give a file away' }, async t => {
  const path = program('given')
  chownSync(path, SOMEBODY_ELSE, SOMEBODY_ELSE)
  t.equal(unsafeReason(path), `owned by uid ${SOMEBODY_ELSE}, not by root or this user`)
})
