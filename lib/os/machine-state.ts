/** How the machine fares at this moment. Its files are the kernel's own figures, and never hang. */
import os from 'node:os'
import type { MachineState, Pressure, PressureLine } from '../wire/evidence.js'
import { type Read, readText } from './machine.js'

const BYTES_PER_KB = 1024

/** Never throws. What the system does not tell is null. */
export function machineState(cores: number, read: Read = readText): MachineState {
  const sizes = parseSizes(read('/proc/meminfo') ?? '')
  const swap = sizes.get('SwapTotal')
  return {
    cores,
    load: parseLoad(read('/proc/loadavg') ?? '') ?? loadElsewhere(),
    memory: { total: sizes.get('MemTotal') ?? os.totalmem(), available: sizes.get('MemAvailable') ?? null },
    swap: swap === undefined ? null : { total: swap, free: sizes.get('SwapFree') ?? 0 },
    pressure: {
      cpu: parsePressure(read('/proc/pressure/cpu') ?? ''),
      memory: parsePressure(read('/proc/pressure/memory') ?? ''),
      io: parsePressure(read('/proc/pressure/io') ?? ''),
    },
  }
}

/** Windows has none, and says 0. */
function loadElsewhere(): MachineState['load'] {
  return process.platform === 'win32' ? null : (os.loadavg() as [number, number, number])
}

/** `0.20 0.18 0.12 1/80 11206` */
export function parseLoad(text: string): MachineState['load'] {
  const [, one, five, fifteen] = /^([\d.]+) ([\d.]+) ([\d.]+)/.exec(text) ?? []
  return one === undefined ? null : [Number(one), Number(five), Number(fifteen)]
}

/** `MemTotal:  16384 kB` a line → bytes. */
export function parseSizes(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^(\w+): +(\d+) kB$/gm)
  return new Map([...lines].map(([, name = '', kilobytes]) => [name, Number(kilobytes) * BYTES_PER_KB]))
}

/** Lines `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` and `full …`, which older kernels do not have for the CPU. */
export function parsePressure(text: string): Pressure | null {
  const some = parsePressureLine(text, 'some')
  return some === null ? null : { some, full: parsePressureLine(text, 'full') }
}

function parsePressureLine(text: string, word: 'some' | 'full'): PressureLine | null {
  const line = new RegExp(`^${word} avg10=([\\d.]+) avg60=([\\d.]+) avg300=([\\d.]+)`, 'm').exec(text)
  return line === null ? null : { avg10: Number(line[1]), avg60: Number(line[2]), avg300: Number(line[3]) }
}
