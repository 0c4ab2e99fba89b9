/** What differs under Electron, with processes that are made up: no Electron has ever run this. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { isElectron, isMistakenForNode, nodeEnvironment, startsByHelpers, unpacked } from '../../lib/os/electron.js'

const NODE = { versions: { node: '24.0.0' }, env: {} }
const APP = { versions: { node: '24.0.0', electron: '40.0.0' }, type: 'browser', env: {} }

const PACKED = '/opt/app/resources/app.asar/node_modules/osqwatch/dist/workers/watcher.js'
const UNPACKED = PACKED.replace('app.asar', 'app.asar.unpacked')

t.test('a Node is left as it is', async t => {
  t.equal(isElectron(NODE), false)
  t.equal(startsByHelpers(NODE), false, 'who is adopted has to be a child of this process')
  t.equal(
    unpacked(PACKED, NODE, () => true),
    PACKED,
    'a folder may have any name',
  )
  t.strictSame(nodeEnvironment({ A: '1' }, NODE), { A: '1' })
  t.equal(isMistakenForNode({ ...NODE, env: { ELECTRON_RUN_AS_NODE: '1' } }), false)
})

t.test('a file of an archive is taken from beside it, if it was left out of it', async t => {
  t.equal(
    unpacked(PACKED, APP, file => file === UNPACKED),
    UNPACKED,
  )
  t.equal(
    unpacked(PACKED, APP, file => file === PACKED),
    PACKED,
    'else it stays where it is',
  )
  t.equal(
    unpacked('/opt/app/lib/watcher.js', APP, () => true),
    '/opt/app/lib/watcher.js',
    'in development',
  )
  t.equal(
    unpacked(UNPACKED, APP, () => true),
    UNPACKED,
    'once is enough',
  )
  const windows = 'C:\\App\\resources\\app.asar\\w.js'
  t.equal(
    unpacked(windows, APP, () => true),
    'C:\\App\\resources\\app.asar.unpacked\\w.js',
  )
})

t.test('a module child is told to be a Node, since it is started from the same file as the app', async t => {
  const env = { A: '1' }
  t.strictSame(nodeEnvironment(env, APP), { A: '1', ELECTRON_RUN_AS_NODE: '1' })
  t.strictSame(env, { A: '1' }, 'the env that was given is not touched')
})

t.test('a child that came up as the whole app is recognized, and is not taken for the app', async t => {
  const env = { ELECTRON_RUN_AS_NODE: '1' }
  t.equal(isMistakenForNode({ ...APP, env }), true, 'the fuse is off')
  t.equal(isMistakenForNode({ versions: APP.versions, env }), false, 'the fuse is on: it is a Node, and has no type')
  t.equal(isMistakenForNode(APP), false)
})

t.test('utility processes are started by a helper', async t => {
  t.equal(startsByHelpers(APP), true)
})

t.test('the example leaves out of the archive all that the thread and the children need', async t => {
  const { build } = JSON.parse(readFileSync('examples/electron-app/package.json', 'utf8'))
  const [, names = ''] = /\{(.*)\}/.exec(build.asarUnpack[0]) ?? []
  t.strictSame(names.split(',').sort(), [...packagesOfThread()].sort())
})

/** The packages that the built watcher thread loads, and theirs in turn. Piscina starts the thread from a file of its own. */
function packagesOfThread(): Set<string> {
  const found = new Set(['osqwatch', 'piscina'])
  const direct = ['comlink', 'pidusage', 'ms', 'bytes']
  for (const name of direct) addWithDependencies(name, found)
  return found
}

function addWithDependencies(name: string, found: Set<string>): void {
  found.add(name)
  const { dependencies = {} } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
  for (const other of Object.keys(dependencies)) if (!found.has(other)) addWithDependencies(other, found)
}
