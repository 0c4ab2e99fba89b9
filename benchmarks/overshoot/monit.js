/** A leaker under a monit of its own, in the foreground, with all its files in one folder. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { end, start, startNode } from '../lib/children.js'
import { endLeakers, LIMIT_MB, leakArgs, readyLeakers } from './leakers.js'

/** '' where it is not installed. */
export function monitVersion() {
  try {
    return /version ([\d.]+)/.exec(execFileSync('monit', ['-V'], { encoding: 'latin1' }))?.[1] ?? ''
  } catch {
    return ''
  }
}

export async function openMonit(folder, { rate, everyS }) {
  await startNode(leakArgs(folder, rate))
  const [{ pid }] = await readyLeakers(folder)
  writeFileSync(`${folder}/leaker.pid`, `${pid}\n`)
  // It refuses a control file that others may read.
  writeFileSync(`${folder}/monitrc`, control(folder, pid, everyS), { mode: 0o600 })
  const beganAt = performance.now()
  const daemon = await start('monit', ['-I', '-c', `${folder}/monitrc`])
  const close = async () => {
    await end(daemon)
    await endLeakers(folder)
  }
  return { process: daemon, beganAt, close }
}

const control = (folder, pid, everyS) => `set daemon ${everyS}
set pidfile ${folder}/monit.pid
set idfile ${folder}/monit.id
set statefile ${folder}/monit.state
check process leaker with pidfile ${folder}/leaker.pid
  if memory > ${LIMIT_MB} MB then exec "/bin/kill -KILL ${pid}"
`
