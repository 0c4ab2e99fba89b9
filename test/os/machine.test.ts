import os from 'node:os'
import t from 'tap'
import { type MachineSources, machine } from '../../lib/os/machine.js'

const GB = 2 ** 30
const UNLIMITED = 2 ** 64

function fake(tree: Record<string, string>, over: Partial<MachineSources> = {}): MachineSources {
  return {
    read: path => tree[path] ?? null,
    parallelism: 8,
    totalMemory: 16 * GB,
    constrainedMemory: UNLIMITED,
    ...over,
  }
}

t.test('no cgroups: the machine itself', async t => {
  t.strictSame(machine(fake({})), { cores: 8, memoryBytes: 16 * GB })
  for (const constrainedMemory of [0, undefined, UNLIMITED]) {
    t.equal(machine(fake({}, { constrainedMemory })).memoryBytes, 16 * GB)
  }
  t.equal(machine(fake({}, { constrainedMemory: 2 * GB })).memoryBytes, 2 * GB)
})

t.test('version 2: the smallest quota on the way up binds', async t => {
  const tree = {
    '/proc/self/cgroup': '0::/kube/pod/app\n',
    '/sys/fs/cgroup/kube/pod/app/cpu.max': 'max 100000\n',
    '/sys/fs/cgroup/kube/pod/cpu.max': '50000 100000\n',
    '/sys/fs/cgroup/kube/cpu.max': '400000 100000\n',
    '/sys/fs/cgroup/kube/pod/app/memory.max': 'max\n',
    '/sys/fs/cgroup/kube/memory.max': `${3 * GB}\n`,
  }
  t.strictSame(machine(fake(tree)), { cores: 0.5, memoryBytes: 3 * GB })
})

t.test("version 2: in a container the path may be the host's, and the root is the container's own", async t => {
  const root = { '/sys/fs/cgroup/cpu.max': '150000 100000\n', '/sys/fs/cgroup/memory.max': `${GB}\n` }
  for (const path of ['/', '/docker/0123abcd', '/../../other']) {
    t.strictSame(machine(fake({ '/proc/self/cgroup': `0::${path}\n`, ...root })), { cores: 1.5, memoryBytes: GB }, path)
  }
})

t.test('version 1: quota by period, -1 is none', async t => {
  const tree = {
    '/proc/self/cgroup': '5:memory:/jobs/a\n4:cpuacct,cpu:/jobs/a\n1:name=systemd:/x:y\n',
    '/sys/fs/cgroup/cpu/jobs/a/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu/jobs/a/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu/jobs/cpu.cfs_quota_us': '75000\n',
    '/sys/fs/cgroup/cpu/jobs/cpu.cfs_period_us': '50000\n',
    '/sys/fs/cgroup/memory/jobs/a/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes': `${5 * GB}\n`,
  }
  t.strictSame(machine(fake(tree)), { cores: 1.5, memoryBytes: 5 * GB })
})

t.test('a quota beyond the machine changes nothing', async t => {
  const tree = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '6400000 100000\n' }
  t.equal(machine(fake(tree)).cores, 8)
})

t.test('garbage is no limit', async t => {
  const tree = {
    '/proc/self/cgroup': '\nnonsense\n0::/a\n',
    '/sys/fs/cgroup/a/cpu.max': 'x y',
    '/sys/fs/cgroup/a/memory.max': '',
  }
  t.strictSame(machine(fake(tree)), { cores: 8, memoryBytes: 16 * GB })
})

t.test('this machine', async t => {
  const { cores, memoryBytes } = machine()
  t.ok(cores > 0 && cores <= os.availableParallelism())
  t.ok(memoryBytes > 0 && memoryBytes <= os.totalmem())
})
