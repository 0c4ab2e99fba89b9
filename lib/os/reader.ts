/** What a child writes, as messages; and each kind of rule that it breaks, told once. Nothing here knows of sockets. */
import { lineReader, MAX_LINE_BYTES } from './lines.js'
import { lineParser } from './parse-line.js'
import type { LaunchEvents } from './ports.js'

export interface ChannelEvents extends Pick<LaunchEvents, 'heard' | 'fault'> {
  /** It is a witness's; nothing is told where none is expected. */
  witness?(pid: number): void
}

const SHOWN_CHARS = 80

/** `read` takes text of one character a byte. Once `isOpen` says no, nothing is heard any more. */
export function createReader({ heard, fault, witness }: ChannelEvents, isOpen: () => boolean) {
  const told = new Set<string>()
  const faultOnce = (kind: string, message: () => string): void => {
    if (told.has(kind)) return
    told.add(kind)
    fault(message(), kind)
  }
  const parse = lineParser(() => performance.now())
  const read = lineReader({
    line(text) {
      const line = text.trim()
      if (!isOpen() || line === '') return
      const message = parse(line)
      if (message?.type === 'witness') witness?.(message.pid)
      else if (message) heard(message)
      else faultOnce('form', () => `a line on the heartbeat channel is not of its form: ${shown(line)}`)
    },
    tooLong: () => faultOnce('length', () => `a line on the heartbeat channel is longer than ${MAX_LINE_BYTES} bytes`),
  })
  return { read, faultOnce }
}

const shown = (line: string): string => JSON.stringify(line.slice(0, SHOWN_CHARS))
