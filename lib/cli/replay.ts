import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { replay } from '../replay.js'

export function addReplay(program: Command) {
  program
    .command('replay')
    .description('run recorded cases (JSON lines) through the rules, and print one outcome a line')
    .argument('<file>', 'cases of the kinds `limits` and `respawn`')
    .action((file: string) => {
      for (const outcome of replay(readFileSync(file, 'utf8'))) process.stdout.write(`${JSON.stringify(outcome)}\n`)
    })
}
