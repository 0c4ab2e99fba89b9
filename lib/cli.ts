#!/usr/bin/env node
/** osqwatch replay FILE: recorded cases through the rules. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { replay } from './replay.js'
import { OsqwatchError } from './wire/errors.js'

const USAGE_ERROR = 2
const { version, description } = createRequire(import.meta.url)('osqwatch/package.json')

const program = new Command('osqwatch').version(version).description(description).exitOverride()

program
  .command('replay')
  .description('run recorded cases (JSON lines) through the rules, and print one outcome a line')
  .argument('<file>', 'cases of the kinds `limits` and `respawn`')
  .action((file: string) => {
    for (const outcome of replay(readFileSync(file, 'utf8'))) process.stdout.write(`${JSON.stringify(outcome)}\n`)
  })

// `osqwatch replay FILE | head`: whoever read has enough.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  process.exit()
})

try {
  program.parse()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** Commander has told its own errors already; help and version are none. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : USAGE_ERROR
  process.stderr.write(`osqwatch: ${error instanceof Error ? error.message : String(error)}\n`)
  return error instanceof OsqwatchError ? USAGE_ERROR : 1
}
