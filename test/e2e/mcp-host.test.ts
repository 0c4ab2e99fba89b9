/** A host on the MCP's own SDK, and one of its servers behind npx: examples/mcp-host, as it stands. */
import { resolve } from 'node:path'
import t from 'tap'
import { Host } from './hosts.js'

t.test('adopted, used, driven over its limit, stopped as a tree, and its client sees it', async t => {
  const host = new Host([resolve('examples/mcp-host/main.js')])
  t.teardown(() => host.destroy())
  for (const word of ['the server says', 'over memoryTotal', 'saw it close']) {
    await host.until('text', ({ text }) => String(text).includes(word))
    host.family()
  }
  t.strictSame(await host.ended(), [0, null], host.stderr)
  const lines = host.said.map(({ text }) => String(text))
  const story = [
    /^adopted npx --no-install mcp-server-everything stdio .* was adopted/,
    /^the server says: The sum of 2 and 3 is 5/,
    /^3 processes: .*, sh, /,
    /over memoryTotal 320 MB, set by adopt/,
    /the client saw it close at call \d+: .*Connection closed/,
  ]
  for (const line of story) t.equal(lines.filter(text => line.test(text)).length, 1, String(line))
  t.match(
    lines.find(text => text.includes('ended with')),
    /after breaking its memory limit/,
  )
  t.equal(host.stderr, '')
  await host.allGone()
})
