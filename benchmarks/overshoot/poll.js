/** node poll.js JSON: a process that polls leakers by pidusage, and ends by SIGKILL whoever is over the limit. */
import { spawn } from 'node:child_process'
import pidusage from 'pidusage'

const { everyMs, limitBytes, args, count } = JSON.parse(process.argv[2])
const children = new Map()

for (let i = 0; i < count; i++) {
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  children.set(child.pid, child)
  child.once('exit', () => children.delete(child.pid))
}

async function poll() {
  if (children.size === 0) return
  const usages = await pidusage([...children.keys()])
  for (const [pid, child] of children) if (usages[pid]?.memory > limitBytes) child.kill('SIGKILL')
}

// Whoever ended during a poll makes it fail; the next one knows.
setInterval(() => poll().catch(() => {}), everyMs)
process.on('disconnect', () => process.exit())
process.send('ready')
