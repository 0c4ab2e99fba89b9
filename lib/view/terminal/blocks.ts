/** Paragraphs, pairs and tables in a given number of columns. */
import type { Paint } from '../paint.js'
import type { Pairs, Table } from '../rows.js'

const INDENT = '  '
const GAP = '  '

/** Words to lines; a word that is longer than a line is left whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > columns) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, line]
  })
}

/** A name, and its value beside it. */
export function pairs(rows: Pairs, columns: number, paint: Paint): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  const room = Math.max(20, columns - INDENT.length - width - GAP.length)
  return rows.flatMap(([name, value]) =>
    wrap(value, room).map((line, n) => `${INDENT}${paint('dim', (n === 0 ? name : '').padEnd(width))}${GAP}${line}`),
  )
}

/** The last column takes what room there is, on as many lines as it needs. Its head is left out: the columns speak for themselves. */
export function table({ rows, figures = [], marked = [] }: Table, columns: number, paint: Paint): string[] {
  const last = Math.max(0, ...rows.map(row => row.length - 1))
  const widths = Array.from({ length: last }, (_, column) => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)))
  const left = INDENT.length + widths.reduce((sum, width) => sum + width + GAP.length, 0)
  return rows.flatMap((row, n) => {
    const cells = widths.map((width, column) => {
      const text = row[column] ?? ''
      return figures.includes(column) ? text.padStart(width) : text.padEnd(width)
    })
    const head = `${INDENT}${cells.map(cell => `${cell}${GAP}`).join('')}`
    const colour = (line: string) => (marked.includes(n) ? paint('red', line) : line)
    return wrap(row[last] ?? '', Math.max(20, columns - left)).map((line, part) =>
      colour(`${part === 0 ? head : ' '.repeat(left)}${line}`.trimEnd()),
    )
  })
}

export const paragraph = (text: string, columns: number): string[] =>
  wrap(text, columns - INDENT.length).map(line => `${INDENT}${line}`)

/** As it stands, line by line, behind a bar: what others have written is seen to be theirs. */
export const quote = (text: string, paint: Paint): string[] =>
  text
    .replace(/\s+$/, '')
    .split('\n')
    .map(line => `${INDENT}${paint('dim', '│')} ${line}`.trimEnd())
