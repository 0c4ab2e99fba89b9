/** Foreground, as the kernel tells it. */
import t from 'tap'
import { isForegroundStat } from '../../lib/host/terminal.js'

t.test('the group that has the terminal is in its foreground', async t => {
  t.equal(isForegroundStat('42 (node) S 40 42 40 34816 42 4194304 0'), true)
  t.equal(isForegroundStat('43 (node) S 42 42 40 34816 42 4194304 0'), true, 'also who does not lead it')
})

t.test('another group has it, or there is none', async t => {
  t.equal(isForegroundStat('42 (node) S 40 42 40 34816 40 4194304 0'), false)
  t.equal(isForegroundStat('42 (node) S 40 42 42 0 -1 4194304 0'), false)
})

t.test('a name with brackets and spaces misleads nobody', async t => {
  t.equal(isForegroundStat('42 (a) S 1 1 (b) S 40 42 40 34816 42 4194304 0'), true)
})
