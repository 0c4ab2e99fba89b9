// A host of MCP servers, as the SDK's documentation has it, and two things more: `adoptAll` before the first server is started, and
// limits by the command line that somebody configured. The server is a wrapper (npx → sh → node), and limited as one.
import { randomBytes } from 'node:crypto'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { adoptAll } from 'osqwatch'

const watcher = await adoptAll({
  adopt: {
    'npx * mcp-server-*': { memoryTotal: '320MB', heartbeatLimit: '10s', delay: 0 },
  },
})
for (const type of ['adopt', 'limit', 'terminate', 'kill', 'exit'])
  watcher.on(type, event => console.log(event.message))

const transport = new StdioClientTransport({
  command: 'npx',
  args: ['--no-install', 'mcp-server-everything', 'stdio'],
  stderr: 'ignore',
})
const client = new Client({ name: 'example', version: '1.0.0' })
const closed = new Promise(resolve => {
  client.onclose = resolve
})
await client.connect(transport)

const { content } = await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } })
console.log('the server says:', content[0].text)

const [{ tree }] = await watcher.status()
console.log(`${tree.length} processes: ${tree.map(({ name }) => name).join(', ')}`)

// A tool of this server keeps what it makes until the session ends: call after call it grows.
const data = `data:application/octet-stream;base64,${randomBytes(6 * 1024 * 1024).toString('base64')}`
let [calls, failure] = [0, null]
while (failure === null) {
  const ask = { name: 'gzip-file-as-resource', arguments: { name: `${calls++}.gz`, data } }
  await client.callTool(ask).catch(error => {
    failure = error
  })
}
await closed
console.log(`the client saw it close at call ${calls}:`, failure.message)
await watcher.stop()
