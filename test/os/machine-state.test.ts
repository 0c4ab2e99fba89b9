import os from 'node:os'
import t from 'tap'
import { machineState } from '../../lib/os/machine-state.js'

const MEMINFO = `MemTotal:        4014108 kB
MemFree:          202292 kB
MemAvailable:    3004188 kB
SwapTotal:       1048576 kB
SwapFree:         524288 kB
HugePages_Total:       0
`
const PRESSURE = `some avg10=1.50 avg60=2.25 avg300=0.10 total=123
full avg10=0.00 avg60=0.01 avg300=100.00 total=456
`

t.test('all that the kernel tells', async t => {
  const files: Record<string, string> = {
    '/proc/loadavg': '0.20 1.18 12.00 1/80 11206\n',
    '/proc/meminfo': MEMINFO,
    '/proc/pressure/cpu': PRESSURE.split('full')[0] as string,
    '/proc/pressure/memory': PRESSURE,
  }
  const some = { avg10: 1.5, avg60: 2.25, avg300: 0.1 }
  t.strictSame(
    machineState(1.5, path => files[path] ?? null),
    {
      cores: 1.5,
      load: [0.2, 1.18, 12],
      memory: { total: 4_014_108 * 1024, available: 3_004_188 * 1024 },
      swap: { total: 2 ** 30, free: 2 ** 29 },
      pressure: {
        cpu: { some, full: null },
        memory: { some, full: { avg10: 0, avg60: 0.01, avg300: 100 } },
        io: null,
      },
    },
  )
})

t.test('where it tells nothing, what Node knows', async t => {
  for (const text of [null, '', 'nonsense\n']) {
    const { load, ...rest } = machineState(2, () => text)
    const nothing = { cpu: null, memory: null, io: null }
    t.strictSame(rest, { cores: 2, memory: { total: os.totalmem(), available: null }, swap: null, pressure: nothing })
    t.equal(load?.length, process.platform === 'win32' ? undefined : 3)
  }
})

t.test('this machine', async t => {
  const { memory, load } = machineState(1)
  t.ok(memory.total > 0)
  t.ok(load?.every(Number.isFinite))
})
