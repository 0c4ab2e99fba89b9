/**
 * A real language server (typescript-language-server, with tsserver under it) as an extension: the host speaks to it through
 * its pipes. Once it has answered it is stopped with SIGSTOP, as a server that hangs; the watcher notices, goes up the
 * ladder, and starts it again, and the new one is spoken to in the same way.
 *
 *     node examples/language-server/main.js
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createWatcher } from 'osqwatch'
import { Conversation } from './lsp.js'

/** Somebody has to have answered twice by then, however slow the machine. */
const MOST_MS = 60_000
const TEXT = 'export const answer: number = 42\n'

const server = fileURLToPath(import.meta.resolve('typescript-language-server/lib/cli.mjs'))
const tsserver = fileURLToPath(import.meta.resolve('typescript/lib/tsserver.js'))
const folder = mkdtempSync(join(tmpdir(), 'language-server-'))
const file = join(folder, 'answer.ts')
writeFileSync(file, TEXT)
process.on('exit', () => rmSync(folder, { recursive: true }))

const watcher = await createWatcher({
  limits: { heartbeatInterval: 200, heartbeatLimit: '3s', warnDelay: 500, forcedShutdownDelay: '2s' },
  extensions: { typescript: { module: server, args: ['--stdio'], cwd: folder, stdio: 'pipe', ipc: false } },
})
watcher.ref()
const deadline = setTimeout(() => {
  console.error('it took too long')
  process.exitCode = 1
  void watcher.stop()
}, MOST_MS)

watcher.on('event', event => {
  if (event.type !== 'sample') console.log(`${event.type}: ${event.message}`)
})
watcher.on('spawn', (event, streams) => {
  // Nobody reads what a server logs here; it must not wait for a reader either.
  streams.stderr.resume()
  speak(event, new Conversation(streams)).catch(error => console.log(`life ${event.life}: ${error.message}`))
})
await watcher.closed
clearTimeout(deadline)

async function speak({ life, pid }, server) {
  const { serverInfo } = await server.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
    initializationOptions: { tsserver: { path: tsserver }, disableAutomaticTypingAcquisition: true },
  })
  console.log(`life ${life}: initialized ${serverInfo?.name ?? 'the server'}`)
  server.notify('initialized', {})
  const uri = pathToFileURL(file).href
  server.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'typescript', version: 1, text: TEXT },
  })
  const hover = await server.request('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character: TEXT.indexOf('answer') },
  })
  const said = [hover.contents].flat().map(part => part.value ?? part)
  console.log(`life ${life}: hover says ${JSON.stringify(said.join(' '))}`)
  if (life === 1) process.kill(pid, 'SIGSTOP')
  else void watcher.stop()
}
