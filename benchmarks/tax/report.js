/** The figures of tax, told. */
import { figure, median, quantile, spread } from '../lib/stats.js'
import { DISTURBED_PERCENT, MEMORY_TOTAL, POLL_MS } from './busy.js'

const RATIO = 1.1

export function report({ perSecond, servers }, client) {
  return {
    story: story(perSecond),
    tables: [loop(servers), answers(servers), child(client)],
    plots: [plot(servers)],
    targets: [target(servers)],
    rivals: ['pidusage'],
    runs: runs(servers),
    spread: `p99 of the event-loop delay, alone: half of the rounds lie within ${figure(100 * spread(p99s(servers[0])))} %`,
    data: { servers, client },
  }
}

const story = perSecond =>
  `A server answers ${perSecond} requests a second from another process, with the randomness of independent visitors (the same for each
server and in each round), which keeps its main thread half busy. It does so alone; with osqwatch in it, watching idle Node children as they
come: a beat a second each and \`memoryTotal: '${MEMORY_TOTAL}'\`, about 200 MB above what they hold, so that memory is looked at as often
as that demands; and with pidusage on its main thread, asking for all of as many children in one call every ${POLL_MS} ms. Event-loop delay is
\`perf_hooks.monitorEventLoopDelay\` at 10 ms, without those 10 ms. The answers' time is the asker's, from when the request was due.

With few processors for the server, its visitors, the watcher and all children, a burst of children that answer their pings takes one of them
from the server for a moment. One child shows nearly the same figure as a hundred: what is left of the distance is the noise of the machine.`

function loop(servers) {
  const head = ['server', 'p50 ms', 'p99 ms', 'max ms', 'p99, × alone', 'main thread %', 'other threads %']
  const rows = servers.map(server => {
    const of = field => figure(median(calm(server).map(round => round[field])))
    return [
      server.name,
      of('p50'),
      of('p99'),
      of('max'),
      figure(ratio(server, servers[0], p99s)),
      of('main'),
      of('others'),
    ]
  })
  const note =
    'CPU in percent of one core. Other threads: of the whole process, so that it is the watcher thread and the helpers of V8.'
  return { title: 'Event-loop delay of the main thread', head, rows, note }
}

function answers(servers) {
  const head = ['server', 'p50 ms', 'p99 ms', 'max ms', 'p99, × alone']
  const rows = servers.map(server => {
    const of = field => figure(median(calm(server).map(round => round.answers[field])))
    return [server.name, of('p50'), of('p99'), of('max'), figure(ratio(server, servers[0], answerP99s))]
  })
  return { title: 'Time to its answers, seen from outside', head, rows }
}

function child({ startUp, memory, beats }) {
  const row = (what, { bare, client }) => [what, figure(bare), figure(client), figure(client - bare)]
  const at = q => ({ bare: quantile(startUp.bare, q), client: quantile(startUp.client, q) })
  const rows = [
    row('spawn to the first line, median ms', at(0.5)),
    row('the same, fastest quarter below, ms', at(0.25)),
    row('resident after a second, KB', memory.rss),
    row('proportional share of that, KB', memory.pss),
    row('CPU of an idle child, ms a minute', beats),
  ]
  const note = `The same program under the same Node with the same channel, with and without \`--require\` of the client. For the CPU both have the
client, and only one is asked for a beat each second. ${startUp.bare.length} starts each, in turns.`
  return { title: 'The client in a child', head: ['', 'without', 'with', 'tax'], rows, note }
}

function plot(servers) {
  const series = ['p50', 'p99'].map(name => {
    return { name, points: servers.map(server => [server.name, median(calm(server).map(round => round[name]))]) }
  })
  const title = 'Event-loop delay of a half busy server'
  return { file: 'tax.svg', title, kind: 'bar', x: { label: 'watching so many children' }, y: { label: 'ms' }, series }
}

function target(servers) {
  const most = servers.filter(({ name }) => name.startsWith('osqwatch')).at(-1)
  const told = [servers[0], most].every(server => server.rounds.some(isCalm))
  const got = ratio(most, servers[0], p99s)
  return {
    what: `p99 of the event-loop delay, ${most.name} children, against alone`,
    wanted: `at most ${RATIO} ×`,
    got: told ? `${figure(got)} ×` : 'not to be told: others used the machine',
    held: told && got <= RATIO,
  }
}

/** Rounds in which nobody else used the machine; where there are none, those that there are. */
function calm({ rounds }) {
  const left = rounds.filter(isCalm)
  return left.length === 0 ? rounds : left
}

const isCalm = round => round.strangers < DISTURBED_PERCENT

const p99s = server => calm(server).map(round => round.p99)
const answerP99s = server => calm(server).map(round => round.answers.p99)

const ratio = (server, alone, of) => median(of(server)) / median(of(alone))

function runs(servers) {
  const all = servers.flatMap(server => server.rounds)
  const disturbed = all.filter(round => !isCalm(round)).length
  return [
    `${servers[0].rounds.length} rounds, interleaved in changing order, medians`,
    `a round in which others used ${DISTURBED_PERCENT} % of a core or more is measured again`,
    `${disturbed} of ${all.length} stayed disturbed and do not count`,
  ].join('; ')
}
