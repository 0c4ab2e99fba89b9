/** What it costs to know why a child died: time on its ladder, in the child, in the watcher's thread. */
import { readFileSync } from 'node:fs'
import { crashes } from './evidence/crashes.js'
import { ladders } from './evidence/ladder.js'
import { leaks } from './evidence/leaks.js'
import { recorderCosts, rivalAnswers, wholeCosts } from './evidence/programs.js'
import { report } from './evidence/report.js'
import { witnessCosts } from './evidence/witness.js'
import { alone } from './lib/report.js'

export const title = 'why a child died, and what it costs to know'

const FULL = { lives: 20, rivals: 10, leaks: 5, starts: 15, calls: 2_000_000, rounds: 7, crashes: 50, records: 50 }
const QUICK = { lives: 2, rivals: 2, leaks: 1, starts: 3, calls: 200_000, rounds: 3, crashes: 5, records: 20 }

export async function measure({ quick, log }) {
  const plan = quick ? QUICK : FULL
  const load = [loadNow()]
  log("evidence: the recorder's calls")
  const recorder = await recorderCosts(plan.calls, plan.rounds)
  log('evidence: what a witness costs its child')
  const witness = await witnessCosts(plan.starts)
  const { sample, ...ladder } = await ladders(plan.lives, log)
  log('evidence: what Node has of its own')
  const others = rivalAnswers(plan.rivals)
  log('evidence: leaks')
  const leaked = await leaks(plan.leaks)
  log('evidence: deaths with incidents, and without')
  const deaths = await crashes(plan.crashes)
  const whole = sample && wholeCosts(sample, plan.records)
  load.push(loadNow())
  return { name: 'evidence', title, ...report({ recorder, witness, ladder, others, leaked, deaths, whole, load }) }
}

/** How many wanted a processor over the last minute, ourselves included. */
const loadNow = () => Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[0])

if (process.argv[1] === import.meta.filename) await alone(measure)
