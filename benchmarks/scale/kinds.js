/** The children that a host is filled with. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const path = file => fileURLToPath(new URL(file, import.meta.url))
/** Longer than any benchmark. */
const SLEEP = { command: 'sleep', args: ['900'], stdio: 'ignore' }
const NODE = { module: path('../lib/idle.js'), stdio: 'ignore' }

/**
 * `most`: as many as are started at a time. `limits`: for all of them; without any, what holds is what level app enforces by
 * itself. Node children are dear: 1000 of them take a minute to start and 10 GB, so that a program of a page stands in for them.
 */
export function kinds(program) {
  const speaker = program === null ? NODE : { command: program, stdio: 'ignore' }
  return [
    { name: 'quiet', child: SLEEP, limits: {}, speaks: false, most: 1000 },
    { name: 'with beats', child: speaker, limits: {}, speaks: true, most: program === null ? 300 : 1000 },
    { name: 'memory limit', child: SLEEP, limits: { memoryTotal: '200MB', delay: 0 }, speaks: false, most: 1000 },
    { name: 'Node, with beats', child: NODE, limits: {}, speaks: true, most: 300, least: 100 },
  ]
}

/** The C program that answers pings; null where there is no compiler. It is gone with this process. */
export function compile() {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-scale-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'child')
  try {
    execFileSync('cc', ['-O2', '-o', program, path('./child.c')], { stdio: 'ignore' })
    return program
  } catch {
    return null
  }
}
