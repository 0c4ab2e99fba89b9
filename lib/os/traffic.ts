/** The watcher thread's end of what main and the children have to say to each other: each life's channel and pipes. */
import type { ChildProcess } from 'node:child_process'
import type { MessagePort } from 'node:worker_threads'
import type { ChildConfig } from '../wire/commands.js'
import type { StreamName, ToLife, ToMain, ToThread, Whose } from '../wire/traffic.js'
import { Inlet, Outlet, type Post } from './pipes.js'
import type { LastWords } from './ports.js'
import { Tail } from './tail.js'
import { Talk } from './talk.js'

/** In the end, whoever keeps a dead child's pipe open is not waited for longer. */
const FLUSH_MS = 1000
const LAST_WORDS_BYTES = 65_536

/** A child that was just started. `fault` tells what has become of its messages. */
export type Attach = (config: ChildConfig, life: number, child: ChildProcess, fault: (message: string) => void) => void

export type TrafficPort = Pick<MessagePort, 'on' | 'postMessage'>

export interface Traffic {
  readonly attach: Attach
  /** The last of what it wrote to a piped stderr, also of a life that is over, until the next one's pipes are attached. */
  stderrOf(child: string, life: number): LastWords | null
  /** Of a child that has ended: an end is told before the last of the pipe is read. */
  drain(child: string, life: number): void
  forget(child: string): void
}

interface Attached {
  readonly talk: Talk | null
  readonly stdin: Inlet | null
  readonly stdout: Outlet | null
  readonly stderr: Outlet | null
}

/** That life is over. */
const NOBODY: Attached = { talk: null, stdin: null, stdout: null, stderr: null }

export function createTraffic(port: TrafficPort): Traffic {
  const lives = new Map<string, Attached>()
  const lastWords = new Map<string, { readonly life: number; readonly tail: Tail }>()
  let flushed: () => void = () => {}
  const post = (message: ToMain, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const sent = (id: number, error: string | null) => post({ type: 'sent', id, error })

  function attach(config: ChildConfig, life: number, child: ChildProcess, fault: (message: string) => void): void {
    const { name, ipc } = config
    const key = keyOf(name, life)
    const tell: Post = (message, transfer) => {
      post({ ...message, child: name, life }, transfer)
      if (message.type === 'closed') settle(key, tell)
    }
    const piped = pipedOf(config)
    const tail = piped.includes('stderr') ? new Tail(LAST_WORDS_BYTES) : null
    lastWords.delete(name)
    if (tail !== null) lastWords.set(name, { life, tail })
    if (ipc === null && piped.length === 0) return
    tell({ type: 'attached', pid: child.pid as number, ipc, piped })
    const over = () => settle(key, tell)
    lives.set(key, {
      talk: ipc === null ? null : new Talk(child, ipc, { post: tell, sent, fault, over }),
      stdin: piped.includes('stdin') && child.stdin ? new Inlet(child.stdin, tell) : null,
      stdout: piped.includes('stdout') && child.stdout ? new Outlet(child.stdout, 'stdout', tell) : null,
      stderr: piped.includes('stderr') && child.stderr ? new Outlet(child.stderr, 'stderr', tell, tail) : null,
    })
  }

  function obey(order: ToLife & Whose): void {
    const { talk, ...streams } = lives.get(keyOf(order.child, order.life)) ?? NOBODY
    if (order.type === 'send' && talk === null) sent(order.id, 'it has ended')
    else if (order.type === 'send') talk?.send(order.id, order.bytes)
    else if (order.type === 'taken') (order.from === 'messages' ? talk : streams[order.from])?.taken(order.bytes)
    else if (order.type === 'write') streams.stdin?.write(order.bytes)
    else if (order.type === 'end') streams.stdin?.end()
    else if (order.type === 'disconnect') talk?.disconnect()
    else streams[order.stream]?.destroy()
  }

  function settle(key: string, tell: Post): void {
    const attached = lives.get(key)
    if (attached === undefined || !partsOf(attached).every(({ closed }) => closed)) return
    lives.delete(key)
    tell({ type: 'over' })
    if (lives.size === 0) flushed()
  }

  function flush(): void {
    const timer = setTimeout(() => flushed(), FLUSH_MS)
    flushed = () => {
      clearTimeout(timer)
      flushed = () => {}
      post({ type: 'flushed' })
    }
    for (const { stdout, stderr } of lives.values()) for (const outlet of [stdout, stderr]) outlet?.flush()
    if (lives.size === 0) flushed()
  }

  port.on('message', (message: ToThread) => {
    if (message.type === 'flush') flush()
    else obey(message)
  })
  return {
    attach,
    stderrOf(child, life) {
      const last = lastWords.get(child)
      return last?.life === life ? last.tail.text() : null
    },
    drain(child, life) {
      lives.get(keyOf(child, life))?.stderr?.drain()
    },
    forget(child) {
      lastWords.delete(child)
    },
  }
}

const keyOf = (child: string, life: number): string => `${life} ${child}`

const STREAMS = ['stdin', 'stdout', 'stderr'] as const satisfies readonly StreamName[]

const pipedOf = ({ stdio }: ChildConfig): StreamName[] => STREAMS.filter(name => stdio[name] === 'pipe')

const partsOf = ({ talk, stdin, stdout, stderr }: Attached) =>
  [talk, stdin, stdout, stderr].filter(part => part !== null)
