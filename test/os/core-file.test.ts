import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { coreOf } from '../../lib/os/core-file.js'
import { ended } from './processes.js'

const PID = 4711

function system(pattern: string, usesPid = '0') {
  return async (path: string) => `${path.endsWith('core_pattern') ? pattern : usesPid}\n`
}

t.test('a program that it is handed to', async t => {
  for (const [pattern, told] of [
    ['|/lib/systemd/systemd-coredump %P %u %g', `handed to systemd-coredump, see coredumpctl info ${PID}`],
    ['|/usr/share/apport/apport -p%p -s%s', 'handed to apport, see /var/crash'],
    ['|/opt/dump --secret=x', 'handed to dump'],
    ['@/run/dump.socket', 'handed to the socket /run/dump.socket'],
    ['|/bin/false', null],
    ['|', null],
    ['', null],
  ] as const)
    t.equal(await coreOf(PID, '/', Date.now(), system(pattern)), told, pattern)
})

t.test('a file that is there, of that process, and new', async t => {
  const dir = t.testdir()
  const put = (file: string, at = Date.now()) => {
    writeFileSync(join(dir, file), 'x')
    utimesSync(join(dir, file), at / 1000, at / 1000)
  }
  const core = (pattern: string, usesPid?: string) => coreOf(PID, dir, Date.now(), system(pattern, usesPid))
  for (const pattern of ['core', 'core.%p', 'core.%e.%p.%t', '/none/core.%p', '%e/core'])
    t.equal(await core(pattern), null)
  put('core', Date.now() - 61_000)
  t.equal(await core('core'), null, 'it is old')
  put('core')
  t.equal(await core('core'), join(dir, 'core'))
  t.equal(await core('core', '1'), null, 'it is whose?')
  put(`core.${PID}`)
  put('core.4712')
  mkdirSync(join(dir, `core.x.${PID}`))
  t.equal(await core('core', '1'), join(dir, `core.${PID}`))
  t.equal(await core('core.%p', '1'), join(dir, `core.${PID}`))
  t.equal(await core(`${dir}/core.%p`), join(dir, `core.${PID}`))
  put(`core-a (b).c!d-11-${PID}-1700000000%`)
  t.equal(await core('core-%e-%s-%p-%t%%'), join(dir, `core-a (b).c!d-11-${PID}-1700000000%`))
  put(`old.${PID}.1`, Date.now() - 5000)
  put(`old.${PID}.2`, Date.now() - 1000)
  t.equal(await core('old.%p.%t'), join(dir, `old.${PID}.2`), 'the newest')
})

t.test('nothing to be read: none', async t => {
  t.equal(await coreOf(PID, '/', Date.now(), () => Promise.reject(new Error('no'))), null)
  t.equal(await coreOf(PID, '/no/such/folder', Date.now(), system('core')), null)
})

function writesHere(): boolean {
  try {
    return /^[^|@/%]+\n$/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'))
  } catch {
    return false
  }
}

t.test('a real one', { skip: !writesHere() && 'cores are not written to the working directory here' }, async t => {
  const cwd = t.testdir()
  for (const limit of ['0', 'unlimited']) {
    const child = spawn('/bin/sh', ['-c', `ulimit -c ${limit} && kill -SEGV $$`], { cwd, stdio: 'ignore' })
    if ((await ended(child)) !== 'SIGSEGV') return t.pass('dumped', { skip: 'cores are not allowed here' })
    const core = await coreOf(child.pid as number, cwd, Date.now())
    if (limit === '0') t.equal(core, null)
    else t.ok(core?.startsWith(join(cwd, 'core')), String(core))
  }
})
