/** The figures of hang, told. */
import { figure, quantile } from '../lib/stats.js'
import { LIMIT_MS as CROWD_LIMIT_MS, HEALTHY, HOGS } from './crowd.js'
import { INTERVAL_MS, LIMIT_MS } from './verdicts.js'

const KINDS = ['spinning', 'blocked']
/** What the verdict may cost beyond the limit and the wait for the next ping. */
const GRACE_MS = 50

export function report({ blocks, missed }, crowd, crowdMs) {
  return {
    story: STORY,
    tables: [soon(blocks, missed), blamed(crowd, crowdMs)],
    plots: [distribution(blocks)],
    targets: [...promptness(blocks, missed), innocence(crowd, crowdMs), ...finding(crowd)],
    runs: `${blocks.length} blocks of five children, ${crowdMs / 1000} s in the crowd`,
    data: { blocks, crowd },
  }
}

const STORY = `Five children work for a moment of random length and then block their loop for good: one by \`for (;;)\`, four in
\`Atomics.wait\`. Each writes the time just before; the verdict is the \`limit\` event's own time, on the same clock. \`heartbeatLimit\` is
${LIMIT_MS} ms and \`heartbeatInterval\` ${INTERVAL_MS} ms. A loop that blocks right after it answered a ping is found out only by the next one,
so that limit and one interval is the latest that can be asked for, and half an interval less what is to be expected. Then ${HEALTHY} healthy
children, which work 1 ms in 50, share the machine with ${HOGS} busy loops of equal priority, each in a session of its own as the children
are, and with one child that is blocked and one that spins; \`heartbeatLimit\` is ${CROWD_LIMIT_MS / 1000} s, beats are asked for each second. Nobody
who is healthy may be blamed. Who spins there is blamed for the time that it really ran, a small share of a processor: it is found late.`

function soon(blocks, missed) {
  const head = ['loop', 'blocks', 'p50 ms', 'p99 ms', 'most ms', 'named rightly']
  const rows = KINDS.map(how => {
    const these = blocks.filter(block => block.how === how)
    const ms = these.map(block => block.ms)
    const right = these.filter(block => block.named === how).length
    return [how, these.length, ...[0.5, 0.99, 1].map(q => figure(quantile(ms, q))), `${right} of ${these.length}`]
  })
  return {
    title: 'From the block to the verdict',
    head,
    rows,
    note: `Blocked loops that were not found: ${missed}. A spinning loop that others keep from its processor is found later by as long.`,
  }
}

function blamed({ blamed, ended, unharmed, deferred, worstMs, found }, forMs) {
  const rows = [
    ['healthy children blamed', blamed],
    ['healthy children ended', ended],
    ['in their first life still', `${unharmed} of ${HEALTHY}`],
    ['times that a late beat was told of and not held against one', deferred],
    ['worst lateness of their own in a sample, ms', worstMs],
    ...Object.keys(HUNG).map(how => [`the ${how} one found after, s`, how in found ? figure(found[how]) : 'not found']),
  ]
  return { title: `${forMs / 1000} s beside ${HOGS} busy loops`, head: ['', ''], rows }
}

function distribution(blocks) {
  const series = KINDS.map(name => {
    const ms = blocks.filter(block => block.how === name).map(block => block.ms)
    const points = ms.sort((a, b) => a - b).map((value, i) => [value, (100 * (i + 1)) / ms.length])
    return { name, points }
  })
  const title = 'Blocked loops found within so many ms'
  return { file: 'hang.svg', title, kind: 'line', x: { label: 'ms since the block' }, y: { label: '% found' }, series }
}

function promptness(blocks, missed) {
  const latest = LIMIT_MS + INTERVAL_MS + GRACE_MS
  return KINDS.map(how => {
    const ms = blocks.filter(block => block.how === how).map(block => block.ms)
    const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)]
    const got = `p99 ${figure(p99)} ms, p50 ${figure(p50)} ms`
    return {
      what: `${how} loop, p99 to its verdict`,
      wanted: `at most ${latest} ms`,
      got,
      held: p99 <= latest && missed === 0,
    }
  })
}

function innocence({ blamed, unharmed }, forMs) {
  const what = `healthy children blamed in ${forMs / 1000} s beside ${HOGS} busy loops`
  return {
    what,
    wanted: 'none',
    got: blamed === 0 ? 'none' : String(blamed),
    held: blamed === 0 && unharmed === HEALTHY,
  }
}

/** Whoever uses no processor cannot be starved of one; who spins in a crowd has run for the limit only after a while. */
const HUNG = { blocked: 'after its limit', spinning: 'once it has run for its limit' }

function finding({ found }) {
  return [
    {
      what: 'blocked child found among them',
      wanted: HUNG.blocked,
      got: found.blocked === undefined ? 'not found' : `after ${figure(found.blocked)} s`,
      held: found.blocked !== undefined,
    },
  ]
}
