/** Renews docs/benchmarks.md and its plots from the stored results; measures nothing. */
import { prepare } from './lib/prepare.js'

prepare()
const { renewPage } = await import('./lib/page.js')
renewPage()
