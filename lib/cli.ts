#!/usr/bin/env node
/** osqwatch run | limits | incidents | incident | replay */
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { addIncident } from './cli/incident.js'
import { addIncidents } from './cli/incidents.js'
import { addLimits } from './cli/limits.js'
import { addReplay } from './cli/replay.js'
import { addRun } from './cli/run.js'
import { OsqwatchError } from './wire/errors.js'

const USAGE_ERROR = 2
const { version, description } = createRequire(import.meta.url)('osqwatch/package.json')

const program = new Command('osqwatch').version(version).description(description).exitOverride()
program.enablePositionalOptions().showHelpAfterError('(--help tells what there is)')
for (const add of [addRun, addLimits, addIncidents, addIncident, addReplay]) add(program)

// `osqwatch replay FILE | head`: whoever read has enough.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  process.exit()
})

program.parseAsync().catch(error => {
  process.exitCode = exitCodeOf(error)
})

/** Commander has told its own errors already; help and version are none. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : USAGE_ERROR
  process.stderr.write(`osqwatch: ${error instanceof Error ? error.message : String(error)}\n`)
  return error instanceof OsqwatchError ? USAGE_ERROR : 1
}
