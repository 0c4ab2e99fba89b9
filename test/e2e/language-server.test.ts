/** The example with a language server: spoken to, stopped, brought back, spoken to again, and nobody left. */
import t from 'tap'
import { runHost } from './hosts.js'

t.test('typescript-language-server hangs, and its successor answers', async t => {
  const { end, said, stderr } = await runHost(t, '../../examples/language-server/main.js')
  t.strictSame([end, stderr], [[0, null], ''])
  const lines = said.map(({ text }) => String(text))
  const story = [
    /^spawn: extension typescript .* life 1\) started/,
    /^life 1: initialized/,
    /^life 1: hover says .*const answer: number/,
    /^limit: .* it is stopped \(state T\): over heartbeatLimit 3 s/,
    /^warn: .* warned on its channel/,
    /^terminate: .* life 1\) gets SIGTERM/,
    /^exit: .* life 1\) ended with \w+ after breaking its heartbeat limit/,
    /^spawn: .* life 2\) started/,
    /^life 2: initialized/,
    /^life 2: hover says .*const answer: number/,
    /^shutdown: everything is stopped: stop requested/,
  ]
  let at = -1
  for (const wanted of story) {
    at = lines.findIndex((line, index) => index > at && wanted.test(line))
    t.not(at, -1, `${wanted} comes in its turn`)
    if (at === -1) return t.comment(lines.join('\n'))
  }
})
