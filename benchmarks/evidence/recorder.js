/**
 * node --expose-gc recorder.js PID CALLS ROUNDS: what the flight recorder's calls cost, beside the sampler's looks at that process.
 * Both in turns, in one process. One line of JSON.
 */
import { Recorder } from '../../dist/lib/core/recorder.js'
import { openLook, openMemory, openPulse } from '../look/ours.js'
import { garbageOf, held, nsOf } from './garbage.js'

const [pid, calls, rounds] = process.argv.slice(2).map(Number)
const BEAT_MS = 1000
const WINDOW_MS = 3000
const MANY = 1000

const recorder = new Recorder(WINDOW_MS)
const sample = { at: 0, cpuMs: 0, rss: 50e6, processes: 1, state: 'S' }
const memory = { at: 0, rss: 50e6, processes: 1 }

/** Times go on, as they do: a look is a row, and of beats now and then one. */
const RECORDED = {
  sample(i) {
    sample.at = i * WINDOW_MS
    sample.cpuMs = i * 1.25
    recorder.sample(sample, 1, 0)
  },
  look(i) {
    memory.at = i * 20.5
    recorder.look(memory, 0)
  },
  beat: i => recorder.beat(i * BEAT_MS, 0.3 + (i % 7), 0.1 + (i % 5)),
}
const LOOKED = { look: openLook([pid]), memory: openMemory([pid]), pulse: openPulse([pid]) }
/** It takes more of a system call than of a method. */
const LOOKS_SHARE = 100

const ns = { recorded: lists(RECORDED), looked: lists(LOOKED) }
// The first round is warming up.
for (let round = 0; round <= rounds; round++) {
  for (const [name, action] of Object.entries(RECORDED)) ns.recorded[name].push(nsOf(action, calls))
  for (const [name, action] of Object.entries(LOOKED)) ns.looked[name].push(nsOf(action, calls / LOOKS_SHARE))
}
for (const times of [...Object.values(ns.recorded), ...Object.values(ns.looked)]) times.shift()

const nothing = () => {}
garbageOf(nothing, calls)
const garbage = { nothing: garbageOf(nothing, calls) }
for (const [name, action] of Object.entries(RECORDED)) garbage[name] = garbageOf(action, calls)

const bytes = {}
for (const windowMs of [WINDOW_MS, 1000]) bytes[windowMs] = { empty: bytesOf(windowMs, 0), full: bytesOf(windowMs, 96) }
console.log(JSON.stringify({ ns, garbage, bytes }))

function lists(of) {
  return Object.fromEntries(Object.keys(of).map(name => [name, []]))
}

/** Of one recorder, with so many events told; a message of its own each, as long as they are. */
function bytesOf(windowMs, events) {
  const before = held()
  const all = Array.from({ length: MANY }, () => new Recorder(windowMs))
  for (const [nth, one] of all.entries()) for (let n = 0; n < events; n++) one.tell(toldOf(nth, n))
  const after = held()
  // Used after the count, so that none of them was garbage by then.
  const there = all.filter(one => one.told().length === events).length
  return { heap: (after.heapUsed - before.heapUsed) / there, external: (after.external - before.external) / there }
}

function toldOf(nth, n) {
  const text = `extension search${nth} (pid ${4000 + n}, life ${n}) broke heartbeatLimit: no answer for 30 s`
  // Flat, and with bytes of its own: a message comes so from a template, once it is told.
  return { at: 1.7e12 + n, life: n, type: 'limit', message: Buffer.from(text).toString('latin1') }
}
