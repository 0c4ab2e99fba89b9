/** An incident in a terminal: what each staged death tells, and that nothing in it steers the terminal. */
import t from 'tap'
import { listOf } from '../../lib/view/list.js'
import { neutral } from '../../lib/view/neutral.js'
import { unpainted } from '../../lib/view/paint.js'
import { textOf } from '../../lib/view/terminal/index.js'
import { headline } from '../../lib/view/words.js'
import type { Incident, IncidentVerdict } from '../../lib/wire/incident.js'
import { hostile } from '../fixtures/hostile.js'
import { MB } from '../fixtures/incident-parts.js'
import { INCIDENTS } from '../fixtures/incidents.js'

const TERMINAL = { columns: 100, paint: unpainted, offset: 60 }

const text = (incident: Incident, columns = 100) => textOf(incident, { ...TERMINAL, columns })

/** Lines of the section with that title. */
function section(whole: string, title: string): string {
  const [, rest = ''] = whole.split(`\n${title}`)
  return rest.slice(rest.indexOf('\n') + 1).split('\n\n')[0] ?? ''
}

const HEADLINES: Readonly<Record<keyof typeof INCIDENTS, string>> = {
  leak: 'memory grew by 202.1 MB, over memory 200 MB',
  spin: 'no answer for 10 s: its loop was spinning',
  deadlock: 'no answer for 10 s: it was blocked in a synchronous call',
  'crash-loop': "crashed: TypeError: Cannot read properties of undefined (reading 'shards'); given up",
  stopped: 'no answer for 10 s: it was stopped',
  heap: 'its JavaScript heap was exhausted',
  stranger: 'SIGKILL from somebody else',
}

/** What one looks for in that death. */
const TELLS: Readonly<Record<keyof typeof INCIDENTS, readonly RegExp[]>> = {
  leak: [
    /^Who took memory that it kept: itself, with callees \(410\.2 KB in 200 ms\)$/m,
    /^ +95 % +95 % {2}keepShard +lib\/reindex\.js:61:3$/m,
    /^ {4}sh +48230 +27 MB/m,
    /Was doing +reindexing shard 7 of 12/,
    /Heap snapshot +\S+heapsnapshot/,
  ],
  spin: [/^ +97 % +97 % {2}RegExp: /m, /^ {2}parseQuery +lib\/query\.js:42:20$/m, /988 samples in 1 s/],
  deadlock: [/^ {2}lock +lib\/mutex\.js:31:13$/m, /sleeping, in the kernel's futex_wait_queue/],
  'crash-loop': [
    /│ {5}at loadIndex \(\/srv\/app\/lib\/index\.js:23:31\)$/m,
    /It is given up and stays down: it failed too often/,
  ],
  stopped: [/Threads of pid 48213 \(T, stopped, in the kernel's do_signal_stop\)/, /its witness cannot answer/],
  heap: [
    /126 MB used of 132 MB at most \(95 %\)/,
    /Core +\/var\/lib\/systemd/,
    /on the way to an exhausted heap, 2\.3 s before/,
  ],
  stranger: [/SIGKILL: somebody else's signal/, /Load +not known/, /it ended before anybody could look/],
}

for (const [name, incident] of Object.entries(INCIDENTS) as [keyof typeof INCIDENTS, Incident][]) {
  t.test(name, async t => {
    const whole = text(incident)
    t.equal(headline(incident), HEADLINES[name])
    const [head = '', account = ''] = whole.split('\n\n')
    t.equal(head.replace(/\s+/g, ' '), `extension search: ${HEADLINES[name]}`, 'begins with who and what')
    t.equal(account.replace(/\s+/g, ' ').trim(), incident.account, 'and the account')
    for (const tells of TELLS[name]) t.match(whole, tells)
    t.match(whole, /^ {8}└.*┬/m, 'there are charts')
    t.match(section(whole, 'The ladder'), /exit/)
    t.match(section(whole, 'The machine'), /Cores +4/)
    t.strictSame(
      whole.split('\n').filter(line => line.length > 100 && !/^ {2}│|╌ memory/.test(line)),
      [],
      'it keeps within its columns',
    )
  })
}

t.test('the limit is a line of its own across the chart, and rungs are marked', async t => {
  const chart = section(text(INCIDENTS.leak), 'Memory')
  const limit = chart.split('\n').findIndex(line => line.includes('╌╌╌╌'))
  const peak = chart.split('\n').findIndex(line => line.includes('╭'))
  t.ok(limit !== -1 && peak !== -1 && limit < peak, 'above what was held until then')
  t.match(chart.split('\n')[0], /│ +┊/, 'a rung')
  t.match(text(INCIDENTS.leak), /memoryHard 400 MB above 61\.\d MB at its start, above this plot/)
  t.match(text(INCIDENTS.leak), /^┊ limit, warn, terminate, exit; 0 s is the verdict$/m)
})

t.test('limits that mattered, with where they were set', async t => {
  const rows = section(text(INCIDENTS.spin), 'Limits that mattered').split('\n')
  t.match(rows[0], /^ {2}heartbeatLimit +10 s +extensions\.search\.limits\.heartbeatLimit$/, 'the broken one first')
  t.ok(
    rows.some(row => /^ {2}utilization +50 % +OSQWATCH_UTILIZATION$/.test(row)),
    'and what somebody set',
  )
})

t.test('a narrow terminal, and one without end', async t => {
  for (const columns of [20, 60, 400]) {
    const chart = section(text(INCIDENTS.leak, columns), 'Memory').split('\n')
    t.ok(Math.max(...chart.map(({ length }) => length)) <= Math.max(60, Math.min(110, columns)), `${columns} columns`)
  }
})

t.test('a record with nothing in it', async t => {
  const { spin } = INCIDENTS
  const { samples } = spin.recording
  const nothing = Object.fromEntries(Object.keys(samples).map(key => [key, []])) as unknown as typeof samples
  const recording = {
    ...spin.recording,
    samples: nothing,
    memory: { at: [], rss: [] },
    beats: { at: [], wall: [], own: [] },
  }
  const whole = text({ ...spin, recording, ladder: [], tree: [], evidence: { node: [], processes: [], notes: [] } })
  t.match(whole, 'The recorder has nothing of it')
  t.notMatch(whole, 'The ladder')
})

/** What a terminal would obey, or what would hide or turn text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

t.test('nothing that stands in an incident steers a terminal', async t => {
  const incident = hostile()
  t.notMatch(text(incident), STEERING)
  t.match(text(incident), '␛[2J', 'it is shown instead')
  const { name, life, pid } = incident.child
  const listed = {
    at: incident.at,
    name,
    life,
    pid,
    what: headline(incident),
    cause: null,
    verdict: null,
    path: `/x\n${name}`,
  }
  const list = listOf([listed], TERMINAL)
  t.notMatch(list, STEERING)
  t.match(list, '/x␊search', 'no line begins that is not ours')
})

t.test('neutral: lines stay where there are lines, and nowhere else', async t => {
  t.strictSame(neutral({ text: 'a\r\nb\tc\rd', name: 'a\nb\tc', 'k\n': 1 }), {
    text: 'a\nb\tc␍d',
    name: 'a␊b␉c',
    'k␊': 1,
  })
  t.equal(neutral('\u202eabc\ud800'), '\\u202eabc\\ud800')
  t.equal(neutral('naïve 日本 🙂'), 'naïve 日本 🙂')
})

t.test('memoryHard, in either measure', async t => {
  const leak: Incident = INCIDENTS.leak
  const hard = { ...(leak.verdict as IncidentVerdict), limitName: 'memoryHard', hard: true, limit: 400 * MB } as const
  const told = (value: number) => headline({ ...leak, verdict: { ...hard, value, rss: 471 * MB } })
  t.equal(told(410 * MB), 'memory grew by 410 MB, over memoryHard 400 MB')
  t.equal(told(471 * MB), 'memory was 471 MB, over memoryHard 400 MB')
})
