/**
 * Runs a command on a loaded machine: `node scripts/under-load.js [--loops N] COMMAND [ARGUMENT…]`. Starts N busy loops, 20 per
 * core unless given, and exits with the command's exit code. Each loop is in a session of its own: in one session, the kernel
 * would give all of them together the CPU of one process (autogroups).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, cpus } from 'node:os'
import { parseArgs } from 'node:util'

/** It ends by itself when this process has ended, even by SIGKILL. */
const LOOP = 'while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done'
const USAGE = 'usage: node scripts/under-load.js [--loops N] COMMAND [ARGUMENT…]'

const args = process.argv.slice(2)
const own = args[0] === '--loops' ? args.splice(0, 2) : []
const { values } = parseArgs({ args: own, options: { loops: { type: 'string', default: String(20 * cpus().length) } } })
const [program, ...rest] = args
const count = Number(values.loops)
if (program === undefined || !Number.isInteger(count) || count < 0) {
  console.error(USAGE)
  process.exit(2)
}

const loops = Array.from({ length: count }, () => spawn('sh', ['-c', LOOP], { detached: true, stdio: 'ignore' }))
process.on('exit', () => {
  for (const loop of loops) loop.kill('SIGKILL')
})
const command = spawn(program, rest, { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => command.kill(signal))
command.on('error', ({ message }) => {
  console.error(message)
  process.exit(127)
})
const [code, signal] = await once(command, 'exit')
process.exit(code ?? 128 + constants.signals[signal])
