/** node host.js JSON: a process that supervises leakers with osqwatch. Any message is answered by the CPU of its watcher thread, ms. */
import { createWatcher } from '../lib/osqwatch.js'

const { limits, incidents, args, count } = JSON.parse(process.argv[2])
const [module, ...rest] = args
const child = { module, args: rest, restart: 'never', stdio: 'ignore' }
const extensions = Object.fromEntries(Array.from({ length: count }, (_, index) => [`leak-${index}`, child]))

const watcher = await createWatcher({ limits, incidents, extensions })
process.on('message', async () => {
  const rows = await watcher.status()
  process.send(rows.find(row => row.kind === 'watcher').cpuMs)
})
process.on('disconnect', () => watcher.stop())
process.send('ready')
