/** Colours, where the stream has any; and times, as all lines here have them. */
import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

export type Paint = (format: Format, text: string) => string

/** The stream knows of NO_COLOR, FORCE_COLOR and TERM. Node's own check asks for stdout, whichever stream is meant. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const isColoured = stream.hasColors?.() === true
  return (format, text) => (isColoured ? styleText(format, text, { validateStream: false }) : text)
}

/** Seconds, as `12.3`. */
export const clock = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(1)
