import { readdirSync, readFileSync } from 'node:fs'
import { readStat } from '../identity.js'
import type { Processes } from './census.js'

/** All processes, as /proc tells them. */
export const procTable: Processes = { newest, pids, relations: readStat }

function newest(): string {
  const loads = readFileSync('/proc/loadavg', 'latin1')
  return loads.slice(loads.lastIndexOf(' ') + 1)
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
}
