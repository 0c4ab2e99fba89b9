/**
 * node --expose-gc garbage.js WAY LOOKS PID: what that many looks leave on the heap, and what they throw away. One line of JSON.
 * The control is the same again without looks.
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { WAYS } from './ways.js'

const [way, looks, pid] = process.argv.slice(2)
const CHUNKS = 100

let collections = 0
new PerformanceObserver(list => {
  collections += list.getEntries().length
}).observe({ entryTypes: ['gc'] })

const look = await WAYS[way].open([Number(pid)])
/** What is allocated is what the heap grows by between collections; a chunk with one in it says nothing. */
const grown = new Float64Array(CHUNKS)

function repeat(action, times) {
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < times / CHUNKS; i++) action()
    grown[chunk] = process.memoryUsage().heapUsed - before
  }
}

/** Twice: what the first one frees may free more. */
function settledHeap() {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

/** Entries of collections come with the loop's next turns. */
const nextTurns = () => new Promise(resolve => setTimeout(resolve, 50))

async function measure(action, times) {
  const before = settledHeap()
  await nextTurns()
  collections = 0
  repeat(action, times)
  await nextTurns()
  const seen = collections
  const kept = grown.filter(bytes => bytes >= 0)
  const thrownAway = kept.toSorted()[Math.floor(kept.length / 2)] / (times / CHUNKS)
  return { growth: settledHeap() - before, collections: seen, thrownAway }
}

const nothing = () => {}
await measure(look, Number(looks) / 10)
await measure(nothing, Number(looks) / 10)
console.log(
  JSON.stringify({ control: await measure(nothing, Number(looks)), looks: await measure(look, Number(looks)) }),
)
