/**
 * The test suite under other Nodes: `npm run matrix [versions…]`, 22, 24 and 26 by default. Exits 1 if the tests failed
 * under any of them.
 */
import { run, takeInterrupts, wasInterrupted, withNode } from './nodes.js'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']

const test = async env => ((await run('npm', ['test'], { env })) === 0 ? 'passed' : 'failed')

takeInterrupts()
const results = []
for (const version of versions) {
  if (wasInterrupted()) break
  results.push(`Node ${version}: ${await withNode(version, test, why => why)}`)
}
for (const line of results) console.log(line)
if (wasInterrupted() || results.some(line => !line.endsWith(' passed'))) process.exitCode = 1
