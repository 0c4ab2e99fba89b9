import { fixture } from '../e2e/programs.js'
import { start } from '../os/processes.js'
import { needsRoot, row } from './row.js'

row(
  {
    struck: 'identity',
    fault: 'a child’s pid is given to a stranger, between sample and signal, and between crash and next start',
    holds: 'the stranger is never signalled',
    skip: needsRoot,
  },
  async t => {
    const node = [process.execPath, ...process.execArgv, fixture('reused-pid.ts')]
    const { line } = await start(t, 'unshare', ['-Urpf', '--mount-proc', '--kill-child', ...node])
    t.strictSame(JSON.parse(line), {
      sample: { same: true, named: [], spared: true },
      crash: { same: true, spared: true, told: 1, files: [] },
    })
  },
)
