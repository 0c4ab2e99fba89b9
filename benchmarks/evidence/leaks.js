/** A leak goes on while evidence is taken: how far does it get, by the runs of the benchmark overshoot? */
export const RATE = 100

export const LEAK_WAYS = {
  witness: 'with a witness',
  system: 'without a witness',
  off: 'incidents: false',
  poll: 'pidusage every 500 ms, SIGKILL',
}

/** `{ way: [bytes above the limit at its end] }` */
export async function leaks(runs) {
  const { leakOnce } = await import('../overshoot/runs.js')
  const rivals = await rivalsOf()
  const found = Object.fromEntries(Object.keys(rivals).map(way => [way, []]))
  for (let run = 0; run < runs; run++) {
    for (const [way, rival] of Object.entries(rivals)) {
      const { over } = await leakOnce({ rival, rate: RATE, point: (run + 0.5) / runs, settled: false })
      found[way].push(over)
    }
  }
  return found
}

async function rivalsOf() {
  const { openOsqwatch, RIVALS } = await import('../overshoot/rivals.js')
  const limits = { warnDelay: 0 }
  const watch = incidents => ({ periodMs: 1000, open: openOsqwatch(limits, incidents) })
  return {
    witness: watch({}),
    system: watch({ witness: false }),
    off: watch(false),
    poll: RIVALS.find(({ name }) => name === 'pidusage every 500 ms'),
  }
}
