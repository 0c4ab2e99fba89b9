/** Output by whole lines: several write at once, and one character may come in two pieces. */
import { StringDecoder } from 'node:string_decoder'

/** A line that is longer is not waited for. */
const MOST_CHARS = 65_536

export class LineBuffer {
  readonly #sources = new Map<string, { readonly decoder: StringDecoder; rest: string }>()

  /** What is whole by now. */
  add(chunk: Uint8Array | string, of: string): string {
    const source = this.#sources.get(of) ?? { decoder: new StringDecoder('utf8'), rest: '' }
    this.#sources.set(of, source)
    const text = source.rest + (typeof chunk === 'string' ? chunk : source.decoder.write(Buffer.from(chunk)))
    const end = text.length > MOST_CHARS ? text.length : text.lastIndexOf('\n') + 1
    source.rest = text.slice(end)
    return text.slice(0, end)
  }

  /** What has no end of line yet, and gets one. */
  rest(): string {
    const rests = [...this.#sources.values()].map(({ decoder, rest }) => rest + decoder.end())
    this.#sources.clear()
    return rests.map(rest => (rest === '' ? '' : `${rest}\n`)).join('')
  }
}
