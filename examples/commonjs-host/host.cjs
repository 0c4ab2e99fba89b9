/** A host in CommonJS: osqwatch is an ES module, and `require` takes it as it is. Its child stops answering, and comes back. */
const path = require('node:path')
const { createWatcher } = require('osqwatch')

const limits = { heartbeatInterval: 100, heartbeatLimit: '1s', delay: 0, warnDelay: 100, respawnMaxDelay: 200 }

async function main() {
  const watcher = await createWatcher({
    limits,
    extensions: { spinner: { module: path.join(__dirname, 'spinner.cjs') } },
  })
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
