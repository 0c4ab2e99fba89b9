/**
 * The ways of looking. `open(pids)` answers with a function that looks at all of them once; where it answers with a promise,
 * the look lasts until that settles. Rivals are loaded by those who use them.
 *
 *   starts    it starts processes: their CPU counts, and is told in steps of 10 ms
 *   burstMs   how long one of its bursts lasts, where that is not the usual time; 0: one look
 *   most      how many processes it is asked to look at
 *   paced     false: only back to back
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { openLook, openMemory, openPulse, openStat, openTree } from './ours.js'

const FILES = ['stat', 'statm']
const pathsOf = pids => pids.flatMap(pid => FILES.map(file => `/proc/${pid}/${file}`))

const run = promisify(execFile)

export const WAYS = {
  look: { label: 'osqwatch: look', open: openLook },
  stat: { label: 'osqwatch: stat alone', open: openStat },
  memory: { label: 'osqwatch: memory only', open: openMemory },
  pulse: { label: 'osqwatch: look and pulse', open: openPulse },
  tree: { label: 'osqwatch: look at a tree', open: openTree },
  pidusage: {
    label: 'pidusage, all in one call',
    async open(pids) {
      const { default: pidusage } = await import('pidusage')
      return () => pidusage(pids)
    },
  },
  promises: {
    label: 'fs.promises, stat + statm',
    open(pids) {
      const paths = pathsOf(pids)
      return () => Promise.all(paths.map(path => readFile(path)))
    },
  },
  sync: {
    label: 'readFileSync, stat + statm',
    open(pids) {
      const paths = pathsOf(pids)
      return () => {
        for (const path of paths) readFileSync(path)
      }
    },
  },
  ps: {
    label: 'ps -o pid,pcpu,rss',
    starts: true,
    burstMs: 150,
    open(pids) {
      const args = ['-o', 'pid,pcpu,rss', '-p', pids.join()]
      return () => run('ps', args, { maxBuffer: Number.POSITIVE_INFINITY })
    },
  },
  // It walks all processes of the machine, and answers from memory when it is asked again within 500 ms: a round lasts longer.
  systeminformation: {
    label: 'systeminformation, processes()',
    starts: true,
    burstMs: 0,
    most: 100,
    paced: false,
    async open(pids) {
      const { default: information } = await import('systeminformation')
      const wanted = new Set(pids)
      return async () => (await information.processes()).list.filter(({ pid }) => wanted.has(pid))
    },
  },
}

/** The program in C, and the letters of the files that it reads. */
export const FLOORS = {
  floorStat: { label: 'C: stat', files: 's' },
  floor: { label: 'C: stat + statm', files: 'sm' },
  floorMemory: { label: 'C: statm', files: 'm' },
  floorPulse: { label: 'C: stat + statm + schedstat', files: 'smd' },
}
