/** The little of the inspector's protocol that a breakpoint takes: WebSocket text frames over a plain socket (Node 20 has no client). */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get } from 'node:http'
import type { Socket } from 'node:net'
import type { Test } from 'tap'
import { DEADLINE_MS, until } from './until.js'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly callFrames?: readonly { readonly callFrameId: string }[] }
  readonly result?: object
}

export class Debugger {
  readonly #socket: Socket
  readonly #messages: Message[] = []
  #rest = Buffer.alloc(0)
  #id = 0

  /** To the address that Node prints when its inspector opens. */
  static async attach(t: Test, url: string): Promise<Debugger> {
    const headers = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    }
    const request = get(url.replace('ws:', 'http:'), { headers })
    const [, socket, head] = await once(request, 'upgrade', { signal: AbortSignal.timeout(DEADLINE_MS) })
    t.teardown(() => socket.destroy())
    return new Debugger(socket, head)
  }

  private constructor(socket: Socket, head: Buffer) {
    this.#socket = socket
    // It ends with the program that is debugged.
    socket.on('error', () => {})
    socket.on('data', chunk => this.#read(chunk))
    this.#read(head)
  }

  /** Holds the program at its next line; gives the frame that it is held in. */
  async pause(): Promise<string> {
    await this.ask('Debugger.enable')
    await this.ask('Debugger.pause')
    const paused = await this.#message('it is paused', ({ method }) => method === 'Debugger.paused')
    return paused.params?.callFrames?.[0]?.callFrameId ?? ''
  }

  /** What may be the program's end, so that no answer comes. */
  tell(method: string, params: object = {}): number {
    const id = ++this.#id
    this.#socket.write(frame(JSON.stringify({ id, method, params })))
    return id
  }

  async ask(method: string, params: object = {}): Promise<Message> {
    const id = this.tell(method, params)
    return this.#message(`the answer to ${method}`, message => message.id === id)
  }

  #message(what: string, wanted: (message: Message) => boolean): Promise<Message> {
    return until(what, () => this.#messages.find(wanted))
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (let found = unframe(this.#rest); found !== null; found = unframe(this.#rest)) {
      this.#rest = this.#rest.subarray(found.size)
      this.#messages.push(JSON.parse(found.text))
    }
  }
}

/** What a client sends is masked. Under 64 KiB. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const mask = randomBytes(4)
  const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] as number))])
}

/** The first whole frame. Node's inspector sends text, unmasked and in one piece. */
function unframe(data: Buffer): { readonly text: string; readonly size: number } | null {
  if (data.length < 2) return null
  const short = data.readUInt8(1)
  const from = short === 127 ? 10 : short === 126 ? 4 : 2
  if (data.length < from) return null
  const length = short === 127 ? Number(data.readBigUInt64BE(2)) : short === 126 ? data.readUInt16BE(2) : short
  const size = from + length
  return data.length < size ? null : { text: data.toString('utf8', from, size), size }
}
