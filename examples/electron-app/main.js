/**
 * The main process of an Electron app. Never run here: see docs/electron.md.
 *
 * A `module` child runs under the app's own file as a plain Node; a utility process is started by Electron, and watched.
 */
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, utilityProcess } from 'electron'
import { createWatcher } from 'osqwatch'

/** The files of children are unpacked, so that they are where any program finds them: package.json, `asarUnpack`. */
const child = name =>
  fileURLToPath(new URL(`./children/${name}`, import.meta.url)).replace(/\.asar(?=[\\/])/, '.asar.unpacked')

await app.whenReady()
const watcher = await createWatcher({
  limits: { memory: '300MB', heartbeatLimit: '10s' },
  extensions: { indexer: { module: child('indexer.js'), restart: 'always' } },
})
watcher.on('event', event => event.type !== 'sample' && console.log(event.message))

const thumbs = utilityProcess.fork(child('thumbs.js'))
thumbs.once('spawn', () => watcher.adopt(thumbs.pid, { name: 'thumbs', limits: { memory: '200MB' } }))

// Once: the second `quit` finds nothing to wait for.
let stopped = false
app.on('before-quit', async event => {
  if (stopped) return
  event.preventDefault()
  await watcher.stop()
  stopped = true
  app.quit()
})

new BrowserWindow().loadURL('about:blank')
