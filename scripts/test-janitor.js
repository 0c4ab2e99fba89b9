/**
 * Runs beside a test run and cleans up after it, however the run ends: `node scripts/test-janitor.js FOLDER`. When its standard
 * input ends, it kills every process whose environment names FOLDER, prints each one, and removes FOLDER.
 */
import { rmSync } from 'node:fs'
import { killMarked } from './marked-processes.js'

const [folder] = process.argv.slice(2)

// The run ends by these signals; this process ends after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

process.stdin.resume().on('close', () => {
  for (const [pid, command] of killMarked(folder))
    console.error(`killed a process that outlived the tests: ${pid} ${command}`)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})
