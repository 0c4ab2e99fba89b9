/** What an incident holds was written by others: nothing of it may steer a terminal, or turn the line that it stands in. */

/** C0, DEL and C1; what turns or hides text (Unicode's bidirectional and zero-width marks); line separators; lone surrogates. */
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu

/** Fields whose text has lines. */
const HAS_LINES = new Set(['text', 'stack', 'account'])

/** ESC as ␛, what has no picture as its code. */
function pictured(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`
}

/** One line, whatever it was. */
export const oneLine = (text: string): string => text.replace(STEERING, pictured)

/** Lines and tabs stay; a line that was drawn anew ends as it ended. */
export const lines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map(line => line.split('\t').map(oneLine).join('\t'))
    .join('\n')

/** The same value, with every string and every name in it made harmless. */
export function neutral<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (HAS_LINES.has(key) ? lines(value) : oneLine(value)) as T
  if (Array.isArray(value)) return value.map(item => neutral(item)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [oneLine(name), neutral(item, name)])) as T
}

/** JSON that reads back as the same value, in characters that steer nothing. */
export const plainJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(STEERING, character =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
