import type { Command } from 'commander'
import { orderOf } from './order.js'
import { SettingsCommand } from './settings-command.js'

export function addRun(program: Command) {
  const run = new SettingsCommand('run')
    .copyInheritedSettings(program)
    .description('run a program, and what it needs beside it, under supervision')
    .usage('[options] -- command [args…]')
    .action(async (command: string[], given: Record<string, unknown>) => {
      const { json, live, ...rest } = given
      const order = orderOf(rest, { command, log: json === true ? 'json' : undefined, runs: true })
      const { runCommand } = await import('../host/run.js')
      await runCommand({ ...order, live: live === true })
    })
  program.addCommand(run)
}
