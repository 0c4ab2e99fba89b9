/** The stack of an error, which is text, as frames. */
import { fileURLToPath } from 'node:url'
import type { Frame } from '../wire/evidence.js'

const MOST_FRAMES = 100
const MOST_LINE_CHARS = 1_024
const AT = '    at '
const PLACE = /^(.*):(\d{1,9}):(\d{1,9})$/

/** Innermost first. null: there is none in it. */
export function framesIn(stack: string): Frame[] | null {
  const lines = stack.split('\n').filter(line => line.startsWith(AT) && line.length <= MOST_LINE_CHARS)
  return lines.length === 0 ? null : lines.slice(0, MOST_FRAMES).map(line => frameIn(line.slice(AT.length)))
}

/** `name (file:1:2)`, or the place alone. */
function frameIn(text: string): Frame {
  const begin = text.endsWith(')') ? text.lastIndexOf(' (') : -1
  const place = begin === -1 ? text : text.slice(begin + 2, -1)
  const [, file = '', line = 0, column = 0] = PLACE.exec(place) ?? []
  return {
    function: begin === -1 ? '' : text.slice(0, begin),
    file: pathOf(file),
    line: Number(line),
    column: Number(column),
  }
}

function pathOf(file: string): string {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : file
  } catch {
    return file
  }
}
