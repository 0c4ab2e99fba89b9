/**
 * Booleans as gflags and we write them (`--x`, `--nox`, `--no-x`), each with its value: `--x=true`. Otherwise an option whose
 * value may be left out would take the program's name for it. Nothing after the options is touched: it is the program's.
 */
export function spellOut(
  args: readonly string[],
  booleans: readonly string[],
  takesValue: (option: string) => boolean,
): string[] {
  const spelled: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === '--' || !arg.startsWith('-')) return [...spelled, ...args.slice(index)]
    spelled.push(spellBoolean(arg, booleans) ?? arg)
    const value = args[index + 1]
    if (takesValue(arg) && value !== undefined) {
      spelled.push(value)
      index++
    }
  }
  return spelled
}

function spellBoolean(arg: string, booleans: readonly string[]): string | null {
  for (const name of booleans) {
    if (arg === `--${name}`) return `--${name}=true`
    if (arg === `--no${name}` || arg === `--no-${name}`) return `--${name}=false`
  }
  return null
}
