/** Bytes → lines, in bounded memory: of a line that is too long nothing is kept. */

/** A beat has about 80 bytes: a longer line is not the client's. */
export const MAX_LINE_BYTES = 4_096

export interface Lines {
  line(text: string): void
  tooLong(): void
}

/** Reads text of one character a byte (latin1), however it is cut. Empty lines are nothing. */
export function lineReader(lines: Lines): (text: string) => void {
  let partial = ''
  let skipping = false
  const keep = (text: string): void => {
    if (skipping) return
    partial += text
    if (partial.length <= MAX_LINE_BYTES) return
    partial = ''
    skipping = true
    lines.tooLong()
  }
  const finish = (text: string): void => {
    keep(text)
    const line = partial
    const whole = !skipping
    partial = ''
    skipping = false
    if (whole) lines.line(line)
  }
  return text => {
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      if (end > from || partial !== '' || skipping) finish(text.slice(from, end))
      from = end + 1
    }
    keep(text.slice(from))
  }
}
