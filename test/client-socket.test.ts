/** The client without a channel of its own: it finds its host by a socket, and that host may be away for a while. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { preloadEnv } from '../lib/os/node-options.js'
import { readTestimony } from '../lib/os/testimony.js'
import { EVIDENCE_ENV } from '../lib/os/witness.js'
import { KEEP_ENV } from '../lib/wire/beats.js'
import { until } from './e2e/until.js'
import { CLEAN_ENV, CLIENT, endGroup, fixture, Story } from './fixtures/client-setup.js'

interface Said {
  readonly type: string
  readonly pid: number
  readonly seq?: number
}

class Place {
  readonly path: string
  readonly says = new Story<Said>()
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null

  constructor(t: Test) {
    // Not the test's own folder: a socket's path has about a hundred bytes.
    const folder = mkdtempSync(join(tmpdir(), 'client-'))
    this.path = join(folder, 'socket')
    t.teardown(() => rmSync(folder, { recursive: true }))
    t.teardown(() => this.close())
  }

  async open(): Promise<void> {
    this.#server = createServer(socket => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.setEncoding('utf8').on('data', text => {
        for (const line of String(text).trim().split('\n')) this.says.tell(JSON.parse(line))
      })
    })
    this.#server.listen(this.path)
    await once(this.#server, 'listening')
  }

  ping(seq: number): void {
    this.say({ type: 'ping', seq })
  }

  say(message: object): void {
    for (const socket of this.#sockets) socket.write(`${JSON.stringify(message)}\n`)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    await new Promise<unknown>(resolve => (this.#server === null ? resolve(null) : this.#server.close(resolve)))
    this.#server = null
  }
}

function run(t: Test, place: Place, hostMark: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const given = { ...CLEAN_ENV, ...preloadEnv({ client: CLIENT, socket: place.path, hostMark }), ...env }
  const child = spawn(process.execPath, args, { env: given, detached: true, stdio: ['ignore', 'ignore', 'inherit'] })
  t.teardown(() => endGroup(child.pid as number))
  return child
}

const STAYS = [fixture('client-stay.cjs')]
const HERE = `${process.pid}:0`

/** The pid of somebody who has ended and is reaped. */
async function goneHost(): Promise<string> {
  const host = spawn('true')
  await once(host, 'exit')
  return `${host.pid}:0`
}

t.test('it says hello and answers pings, and finds a host that comes back', async t => {
  const place = new Place(t)
  await place.open()
  const { pid } = run(t, place, HERE, STAYS)
  t.match(await place.says.until('hello', ({ type }) => type === 'hello'), { pid, usr1: false, inspector: false })
  place.ping(1)
  t.match(await place.says.until('beat', ({ seq }) => seq === 1), { type: 'beat', pid })
  await place.close()
  const before = place.says.told.length
  await place.open()
  await place.says.until('another hello', said => place.says.told.indexOf(said) >= before && said.type === 'hello')
  place.ping(2)
  await place.says.until('another beat', ({ seq }) => seq === 2)
})

t.test('a host that is not there yet is looked for again', async t => {
  const place = new Place(t)
  const child = run(t, place, HERE, STAYS)
  await once(child, 'spawn')
  await place.open()
  await place.says.until('hello', ({ pid }) => pid === child.pid)
})

t.test('it holds no app that is done, with a host or without', async t => {
  const place = new Place(t)
  await place.open()
  const done = ['-e', 'setTimeout(() => {}, 300)']
  t.strictSame(await once(run(t, place, HERE, done), 'exit'), [0, null])
  t.equal(place.says.told.length, 1)
  await place.close()
  t.strictSame(await once(run(t, place, HERE, done), 'exit'), [0, null])
})

t.test('once its host is gone, it ends in its own way; one that may outlive its host does not', async t => {
  const place = new Place(t)
  await place.open()
  const gone = await goneHost()
  const child = run(t, place, gone, STAYS)
  const kept = run(t, place, gone, STAYS, { [KEEP_ENV]: '1' })
  for (const { pid } of [child, kept]) await place.says.until('hello', said => said.pid === pid)
  const [ended] = [once(child, 'exit'), place.close()]
  t.strictSame(await ended, [null, 'SIGTERM'])
  t.equal(kept.exitCode ?? kept.signalCode, null)
})

t.test('it has a witness where files for one are named, after a while; a short tool has none', async t => {
  const place = new Place(t)
  await place.open()
  const evidence = join(t.testdir(), '.evidence-1')
  const spins = ['-e', 'setTimeout(function spin() { for (;;); }, 1500)']
  const { pid } = run(t, place, HERE, spins, { [EVIDENCE_ENV]: evidence })
  t.match(await place.says.until('its witness', ({ type }) => type === 'witness'), { pid })
  const tool = run(t, place, HERE, ['-e', 'setTimeout(() => {}, 200)'], { [EVIDENCE_ENV]: evidence })
  t.strictSame(await once(tool, 'exit'), [0, null])
  const asks = setInterval(() => place.say({ type: 'examine', want: ['stack'], profileMs: 0 }), 200)
  t.teardown(() => clearInterval(asks))
  const stack = async () => (await readTestimony(evidence, [pid as number]))[0]?.stack?.[0]?.function
  await until('the stack of its loop', async () => String(await stack()).includes('spin'))
  t.equal(place.says.told.filter(({ type }) => type === 'witness').length, 1)
})

t.test("a path with whatever in it is read by Node as it is, beside the app's own options", t => {
  const odd = { client: '/a "b"\\c.cjs', socket: 's', hostMark: '1:1' }
  const required = '--require "/a \\"b\\"\\\\c.cjs"'
  t.equal(preloadEnv(odd).NODE_OPTIONS, required)
  t.equal(preloadEnv(odd, '--no-warnings').NODE_OPTIONS, `${required} --no-warnings`)
  t.equal(preloadEnv(odd, `${required} --no-warnings`).NODE_OPTIONS, `${required} --no-warnings`, 'once')
  t.end()
})
