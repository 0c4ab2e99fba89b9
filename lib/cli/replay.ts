import { existsSync, readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { LIMITS } from '../core/limit-table.js'
import { replay } from '../replay/index.js'
import { REPLAYED, type WhatIf } from '../replay/what-if.js'
import { kebab } from '../settings/table.js'
import { isOfList, pathOf } from './find-incident.js'

export function addReplay(program: Command) {
  const command = program
    .command('replay')
    .description(
      'run recorded cases (JSON lines), or the life of an incident, through the rules, and print one outcome a line',
    )
    .argument('<file>', 'cases of the kinds `limits` and `respawn`; or an incident: its file, its number, or `latest`')
    .option('--dir <dir>', 'the folder of incidents, if not that of the settings')
    .action(async (file: string, { dir, ...whatIf }: WhatIf & { dir?: string }) => {
      const path = existsSync(file) || !isOfList(file) ? file : await pathOf(file, dir)
      for (const outcome of replay(readFileSync(path, 'utf8'), whatIf))
        process.stdout.write(`${JSON.stringify(outcome)}\n`)
    })
  for (const name of REPLAYED)
    command.addOption(
      new Option(`--${kebab(name)} <value>`, LIMITS[name].meaning).helpGroup('What if the limit had been another one:'),
    )
}
