import type { Settings } from '../options/settings.js'
import type { ChildOptions } from '../options/types.js'

export interface RunOrder {
  readonly settings: Settings
  readonly command: readonly string[]
  readonly extensions: Readonly<Record<string, ChildOptions>>
  readonly live: boolean
}

export async function runCommand(order: RunOrder): Promise<never> {
  process.stdout.write(`${JSON.stringify(order)}\n`)
  process.exit()
}
