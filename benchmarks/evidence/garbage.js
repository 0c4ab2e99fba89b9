/** What calls cost and what they throw away: in a process with --expose-gc. */

const CHUNKS = 100

/** ns a call. */
export function nsOf(action, times) {
  const begun = performance.now()
  for (let i = 0; i < times; i++) action(i)
  return ((performance.now() - begun) * 1e6) / times
}

/** Bytes a call: what the heap grows by between collections; a chunk with one in it says nothing. */
export function garbageOf(action, times) {
  const grown = new Float64Array(CHUNKS)
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < times / CHUNKS; i++) action(i)
    grown[chunk] = process.memoryUsage().heapUsed - before
  }
  const kept = grown.filter(bytes => bytes >= 0).toSorted()
  return kept[Math.floor(kept.length / 2)] / (times / CHUNKS)
}

/** Bytes on the heap and beside it. Twice: what the first one frees may free more. */
export function held() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return { heapUsed, external }
}
