/** `--ext name='command …'`: split as a shell would, and run without one. */
import { parse } from 'shell-quote'
import type { Problems } from '../options/check.js'
import type { CommandOptions } from '../options/types.js'

type Env = Readonly<Record<string, string | undefined>>

export function extensionsOf(problems: Problems, given: readonly string[], env: Env): Record<string, CommandOptions> {
  const extensions = new Map<string, CommandOptions>()
  for (const text of given) {
    const refuse = (takes: string) => problems.add({ option: '--ext', got: JSON.stringify(text), takes })
    const [, name, line] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
    if (name === undefined || line === undefined) refuse("name=command, such as search='./search --stdio'")
    else if (extensions.has(name)) refuse(`another name: there is a ${name} already`)
    else {
      const options = commandOf(line, env, refuse)
      if (options !== null) extensions.set(name, options)
    }
  }
  return Object.fromEntries(extensions)
}

function commandOf(line: string, env: Env, refuse: (takes: string) => void): CommandOptions | null {
  const words: string[] = []
  for (const part of parse(line, { ...env })) {
    if (typeof part === 'string') words.push(part)
    else {
      refuse(`a program and its arguments, without ${meant(part)}: there is no shell; quote it, or run sh -c '…'`)
      return null
    }
  }
  const [command, ...args] = words
  if (command) return { command, args }
  refuse('a program after the =')
  return null
}

function meant(part: object): string {
  if ('comment' in part) return 'a comment (#)'
  return 'pattern' in part ? `a pattern (${part.pattern})` : `the operator ${'op' in part ? part.op : '?'}`
}
