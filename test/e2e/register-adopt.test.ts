/** `OSQWATCH_ADOPT=1`: the app is not run anew; whatever it spawns is watched, under the settings of the process. */
import t from 'tap'
import { fixture } from '../fixtures/client-setup.js'
import { finish, REGISTER, start } from './registered.js'

const APP = fixture('register-adopting.cjs')
const ADOPT = { OSQWATCH_ADOPT: '1', OSQWATCH_DELAY: '0', OSQWATCH_WARN_DELAY: '0' }

t.test('a leak behind a shell is ended as a tree; the app hears of it as it always does', async t => {
  const host = start(t, [...REGISTER, APP], { ...ADOPT, OSQWATCH_MEMORY_TOTAL: '150MB' })
  const { end, said, stderr } = await finish(host)
  t.strictSame(end, [0, null])
  t.match(said, [
    { type: 'started', pid: host.pid },
    { type: 'ended', code: null, signal: /^SIG(TERM|KILL)$/ },
  ])
  t.match(stderr, /^osqwatch: adopted .* over memory(Total|Hard) .* set by (twice )?OSQWATCH_MEMORY_TOTAL/m)
})

t.test('wrong settings are told all at once, and the app is not begun', async t => {
  const wrong = { ...ADOPT, OSQWATCH_MEMORY_TOTAL: 'much', OSQWATCH_COLOUR: 'red' }
  const { end, said, stderr } = await finish(start(t, [...REGISTER, APP], wrong))
  t.strictSame([end, said], [[2, null], []])
  t.match(stderr, /OSQWATCH_MEMORY_TOTAL: got "much"/)
  t.match(stderr, /OSQWATCH_COLOUR: got "red"/)
})
