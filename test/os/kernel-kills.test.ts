import { spawn } from 'node:child_process'
import t from 'tap'
import { createKernelKills } from '../../lib/os/kernel-kills.js'
import { MemoryCgroup } from '../faults/memory-cgroup.js'
import { ended, until } from './processes.js'

const VMSTAT = '/proc/vmstat'
const EVENTS = '/sys/fs/cgroup/kube/pod/memory.events'
const ABOVE = '/sys/fs/cgroup/kube/memory.events'
const CONTROL = '/sys/fs/cgroup/memory/jobs/memory.oom_control'

function fake(tree: Record<string, string>) {
  let at = 0
  const files: Record<string, string | undefined> = { ...tree }
  const { took, look } = createKernelKills(
    path => files[path] ?? null,
    () => at,
  )
  const pass = (ms: number) => {
    at += ms
  }
  /** How often it says yes. */
  const all = () => {
    let count = 0
    while (took()) count++
    return count
  }
  return { files, took, look, pass, all }
}

const vmstat = (count: number) => `nr_free_pages 1\noom_kill ${count}\nnuma_hit 5\n`
const events = (count: number) => `low 0\nhigh 0\nmax 7\noom 9\noom_kill ${count}\noom_group_kill 3\n`
const control = (count: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${count}\n`

t.test('what was before does not count, and each kill counts once', async t => {
  const { files, took, all } = fake({ [VMSTAT]: vmstat(5) })
  t.notOk(took())
  files[VMSTAT] = vmstat(6)
  t.ok(took())
  t.notOk(took())
  files[VMSTAT] = vmstat(9)
  t.equal(all(), 3)
})

t.test('version 2: a kill that is counted in several places is one; those above count, too', async t => {
  const self = { '/proc/self/cgroup': '0::/kube/pod\n' }
  const { files, all } = fake({ ...self, [EVENTS]: events(1), [ABOVE]: events(4), [VMSTAT]: vmstat(2) })
  Object.assign(files, { [EVENTS]: events(2), [ABOVE]: events(5), [VMSTAT]: vmstat(3) })
  t.equal(all(), 1)
  Object.assign(files, { [ABOVE]: events(7) })
  t.equal(all(), 2)
  const without = fake({ ...self, [EVENTS]: events(0) })
  without.files[EVENTS] = events(1)
  t.equal(without.all(), 1, 'without a count for the machine')
})

t.test('version 1', async t => {
  const { files, all } = fake({ '/proc/self/cgroup': '4:memory:/jobs\n', [CONTROL]: control(0) })
  files[CONTROL] = control(2)
  t.equal(all(), 2)
})

t.test('nothing to be read: never; and a file that goes takes nothing back', async t => {
  t.notOk(fake({}).took())
  const { files, took } = fake({ [VMSTAT]: vmstat(5) })
  files[VMSTAT] = undefined
  t.notOk(took())
  files[VMSTAT] = vmstat(6)
  t.ok(took())
})

t.test('a kill that was seen long ago was none of ours', async t => {
  const { files, look, pass, all } = fake({ [VMSTAT]: vmstat(0) })
  files[VMSTAT] = vmstat(1)
  look()
  pass(30_000)
  files[VMSTAT] = vmstat(2)
  look()
  pass(1)
  t.equal(all(), 1)
})

const cgroup = MemoryCgroup.make(32 * 1024 * 1024)
const skip = cgroup === null && 'needs a memory cgroup of its own'

t.test('a real one', { skip }, async t => {
  const { before, remove } = { before: (cgroup as MemoryCgroup).before, remove: () => cgroup?.remove() }
  t.teardown(() => until('nobody is left in the cgroup', remove))
  const kills = createKernelKills()
  const [program = '', ...args] = [...before, 'sh', '-c', 'x=xxxx; while :; do x=$x$x; done']
  const child = spawn(program, args, { stdio: 'ignore' })
  t.teardown(() => void child.kill('SIGKILL'))
  t.equal(await ended(child), 'SIGKILL')
  t.ok(kills.took())
})
