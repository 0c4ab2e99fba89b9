/**
 * node whole.js: what it costs to make the record of a child that has lived for ten minutes, with all that may be known of it.
 * An incident with evidence comes on stdin, with how many times; one line of JSON goes out.
 */
import { readFileSync } from 'node:fs'
import { levelSettings, makePolicy } from '../../dist/lib/core/policy.js'
import { Recorder } from '../../dist/lib/core/recorder.js'
import { incidentText } from '../../dist/lib/os/incident-text.js'
import { incidentOf } from '../../dist/lib/supervisor/incident.js'

const WINDOW_MS = 3000
const TEN_MINUTES = 600_000
const { sample, times } = JSON.parse(readFileSync(0, 'utf8'))

const recorder = new Recorder(WINDOW_MS)
for (let at = 0; at < TEN_MINUTES; at += 1000) {
  if (at % WINDOW_MS === 0) recorder.sample({ at, cpuMs: at / 7, rss: 5e7 + at, processes: 1, state: 'S' }, 1, 0)
  recorder.beat(at, 0.3, 0.1)
  recorder.look({ at, rss: 5e7 + at }, 0)
}
for (let n = 0; n < 96; n++) {
  const message = `extension spinner (pid 4242, life 1) broke heartbeatLimit: no answer for 30.${n} s, limit 30 s`
  recorder.tell({ at: sample.at - n, life: 1, type: 'limit', message })
}

const { host, machine, evidence, exit, next, verdict, tree, child } = sample
const frame = { level: 'app', restart: null, cores: 2, judged: true, enforce: true }
const config = {
  ...{ name: child.name, kind: child.kind, cwd: child.cwd, args: ['--stdio'], env: process.env },
  run: { type: 'module', module: child.command, execArgv: [] },
  policy: makePolicy(levelSettings('app'), frame),
}
const clock = { now: () => TEN_MINUTES, wall: () => sample.at }
const context = { ports: { clock, forensics: { host, machine: () => machine } } }
const vitals = { baseline: 5e7, baselineOnce: null }
const draft = {
  ...{ at: sample.at, life: 1, pid: child.pid, failed: true, message: exit.message, giveup: null },
  end: { code: exit.code, signal: exit.signal, uptime: TEN_MINUTES, cause: exit.cause },
  remains: { bornAt: 0, tree, vitals, machine, activity: null },
  inquest: { verdict, tree, machine, found: { processes: evidence.processes, commands: new Map(), notes: [] } },
}
const STDERR_BYTES = 65_536

/** The last that a child may have written. `sly`: what the search for secrets likes least. */
const WORDS = {
  none: null,
  lines: lastWords('a line that somebody has written to stderr\n'),
  sly: lastWords('eyJ-'),
}

const found = {}
for (const [kind, words] of Object.entries(WORDS)) {
  found[kind] = { ms: [], bytes: 0 }
  for (let time = 0; time < (kind === 'sly' ? times / 10 : times); time++) {
    const begun = performance.now()
    const text = incidentText(record(words), 4 * 2 ** 20)
    found[kind].ms.push(performance.now() - begun)
    found[kind].bytes = Buffer.byteLength(text)
  }
}
console.log(JSON.stringify(found))

function record(words) {
  const gathered = { draft, streak: 1, next, words, node: evidence.node, core: null }
  return incidentOf(context, { config, recorder, child: { name: child.name, streak: 1 } }, gathered)
}

function lastWords(line) {
  return { text: line.repeat(Math.ceil(STDERR_BYTES / line.length)).slice(0, STDERR_BYTES), truncated: true }
}
