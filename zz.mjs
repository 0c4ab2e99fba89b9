import { readdirSync, readFileSync } from 'node:fs'
import { createWatcher } from 'osqwatch'

const [n, limits, seconds] = [
  Number(process.argv[2]),
  JSON.parse(process.argv[3] ?? '{}'),
  Number(process.argv[4] ?? 12),
]
const t0 = performance.now()
const extensions = Object.fromEntries(
  Array.from({ length: n }, (_, i) => [`c${i}`, { command: 'sleep', args: ['1000'], stdio: 'ignore' }]),
)
const watcher = await createWatcher({ limits: { delay: 0, ...limits }, extensions })
watcher.ref()
const up = async () => (await watcher.status()).every(r => r.phase === 'up')
while (!(await up())) await new Promise(r => setTimeout(r, 50))
console.log('started', Math.round(performance.now() - t0))
const wakes = () =>
  readdirSync('/proc/self/task').map(t => {
    const s = readFileSync(`/proc/self/task/${t}/status`, 'latin1')
    return {
      t,
      v: Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(s)[1]),
      c: Number(readFileSync(`/proc/self/task/${t}/schedstat`, 'latin1').split(' ')[0]) / 1e6,
    }
  })
for (let k = 0; k < 2; k++) {
  const a = wakes()
  await new Promise(r => setTimeout(r, seconds * 1000))
  const b = wakes()
  for (const x of b) {
    const y = a.find(z => z.t === x.t)
    if (y && x.c - y.c > 5)
      console.log(x.t, 'cpu %', ((x.c - y.c) / seconds / 10).toFixed(2), 'wakes/s', ((x.v - y.v) / seconds).toFixed(1))
  }
}
const rows = await watcher.status()
console.log('promise MB', rows[0].overshoot / 2 ** 20, 'watcher cpu', rows.at(-1).cpu)
const t1 = performance.now()
await watcher.stop()
console.log('stopped', Math.round(performance.now() - t1))
