/** A host that is going to be bundled. Its child grows over its limit, is stopped, and comes back. */
import { createWatcher } from 'osqwatch'

const limits = { memoryTotal: '150MB', interval: 250, delay: 0, warnDelay: 100, respawnMaxDelay: 200 }

async function main() {
  // A child is a file of its own, as the thread's is: both lie beside the bundle.
  const [child, workerPath] = process.argv.slice(2)
  const watcher = await createWatcher({ workerPath, limits, extensions: { leak: { module: child } } })
  watcher.ref()
  watcher.on('limit', ({ message }) => console.log(message))
  watcher.on('exit', ({ message }) => console.log(message))
  watcher.on('spawn', ({ message, life }) => {
    console.log(message)
    if (life === 2) void watcher.stop()
  })
  const { code, reason } = await watcher.closed
  console.log(`closed with ${code}: ${reason}`)
}

main().catch(error => {
  console.error(error.code, error.message)
  process.exitCode = 1
})
