/** The watcher thread's end of the socket, for clients without a descriptor of their own: a connection each, in the form of beats.ts. */
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Allowance } from '../core/allowance.js'
import type { FromChild } from '../wire/beats.js'
import { type Channel, openChannel, readingAllowance } from './beats.js'
import type { LaunchEvents, Launched } from './ports.js'
import { isTestimony } from './witness.js'

/** So long a connection may be nobody's: a hello may come before its process is adopted. */
const UNCLAIMED_MS = 5_000
/** Whoever comes when so many are nobody's has to come again. */
const MOST_UNCLAIMED = 256

export interface HubOptions {
  /** A path of which nobody else knows, in a folder that is there by the first `seat`. */
  readonly path: string
  readonly isMember: (pid: number, leader: number) => boolean
  /** It could not listen; one line for people. */
  readonly onFault: (message: string) => void
}

export interface Hub {
  /**
   * From now on the processes of this child are heard, and `send` goes to each of them. Nothing is heard inside the call.
   * `testimony`: what the files of its witnesses begin with.
   */
  seat(pid: number, events: Pick<LaunchEvents, 'heard' | 'fault'>, testimony?: string | null): Launched
}

interface Seat {
  readonly pid: number
  readonly events: Pick<LaunchEvents, 'heard' | 'fault'>
  readonly connections: Set<Connection>
  /** One for all of them, however many a child opens. */
  readonly allowance: Allowance
}

interface Connection {
  readonly channel: Channel
  seat: Seat | null
  /** A helper thread's, beside that of its client: it is not pinged. */
  isWitness: boolean
  /** What it said of itself before anybody knew whose it is. */
  hello: { readonly pid: number; readonly message: FromChild | null } | null
}

/** Listens from the first seat on. Keeps no loop alive. */
export function createHub({ path, isMember, onFault }: HubOptions): Hub {
  const seats = new Set<Seat>()
  const unclaimed = new Set<Connection>()
  const unclaimedAllowance = readingAllowance()
  let server: Server | null = null

  function listen(): void {
    // A predecessor's, which died.
    if (process.platform !== 'win32') rmSync(path, { force: true })
    server = createServer(accept).unref()
    server.on('error', error => onFault(`clients cannot reach the watcher: ${error.message}`))
    server.listen(path)
  }

  function accept(socket: Socket): void {
    socket.unref()
    const connection: Connection = {
      ...{ seat: null, hello: null, isWitness: false },
      channel: openChannel(
        socket,
        {
          heard: message => hear(connection, message),
          fault: (message, kind) => connection.seat?.events.fault(message, kind),
          witness: pid => meet(connection, { pid, message: null }),
        },
        () => connection.seat?.allowance ?? unclaimedAllowance,
      ),
    }
    if (unclaimed.size >= MOST_UNCLAIMED) {
      connection.channel.close()
      return
    }
    unclaimed.add(connection)
    const giveUp = setTimeout(() => unclaimed.has(connection) && connection.channel.close(), UNCLAIMED_MS).unref()
    socket.on('close', () => {
      clearTimeout(giveUp)
      unclaimed.delete(connection)
      connection.seat?.connections.delete(connection)
    })
  }

  function hear(connection: Connection, message: FromChild): void {
    const { seat, isWitness } = connection
    if (seat !== null) {
      if (isWitness === isTestimony(message)) seat.events.heard(message)
    } else if (message.type === 'hello') meet(connection, { pid: message.pid, message })
  }

  function meet(connection: Connection, hello: NonNullable<Connection['hello']>): void {
    if (connection.seat !== null) return
    connection.hello = hello
    connection.isWitness = hello.message === null
    for (const seat of seats) if (claim(seat, connection)) return
  }

  function claim(seat: Seat, connection: Connection): boolean {
    const { hello } = connection
    if (hello === null || !isMember(hello.pid, seat.pid)) return false
    unclaimed.delete(connection)
    seat.connections.add(connection)
    connection.seat = seat
    if (hello.message !== null) seat.events.heard(hello.message)
    return true
  }

  function claimAll(seat: Seat): void {
    if (seats.has(seat)) for (const connection of [...unclaimed]) claim(seat, connection)
  }

  return {
    seat(pid, events, testimony = null) {
      if (server === null) listen()
      const seat: Seat = { pid, events, connections: new Set(), allowance: readingAllowance() }
      seats.add(seat)
      queueMicrotask(() => claimAll(seat))
      const all = (isWitness: boolean) => [...seat.connections].filter(one => one.isWitness === isWitness)
      return {
        send: message => all(false).filter(({ channel }) => channel.send(message)).length > 0,
        hears: () => all(false).length > 0,
        examine: question => all(true).filter(({ channel }) => channel.send(question)).length > 0,
        testimony,
        close() {
          seats.delete(seat)
          for (const { channel } of seat.connections) channel.close()
        },
      }
    },
  }
}

/** A child with a channel of its own and with connections: one to those who send. */
export function both(one: Launched, other: Launched): Launched {
  return {
    send: message => [one, other].filter(launched => launched.send(message)).length > 0,
    // Who has its client by the environment knows of no other way.
    hears: () => other.hears(),
    examine: question => other.examine(question),
    testimony: other.testimony,
    close() {
      one.close()
      other.close()
    },
  }
}
