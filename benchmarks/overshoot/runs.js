/** What is measured: one leak, and the cost of watching the quiet. */
import { setTimeout as delay } from 'node:timers/promises'
import { processUs } from '../lib/cpu.js'
import { LIMIT_MB, leakersOf, lives, MB, newFolder, readyLeakers, until } from './leakers.js'

const SHORT_SETTLE_MS = 300
/** V8 tidies up for that long after a start: that is not the cost of watching. */
const SETTLE_MS = 12_000
const LEAK_DEADLINE_MS = 120_000

/**
 * One leak under that rival. `point`, from 0 to 1: where between two looks the limit is passed. `settled`: its cost is wanted, too.
 * `over`: bytes above the limit at its death; `share`: of its rate that it reached; `isFull`: nobody had stopped it by then, and it had leaked all it would.
 */
export async function leakOnce({ rival, rate, point, settled }) {
  const folder = newFolder()
  const session = await openInTurn(() => rival.open(folder, { rate }))
  try {
    await delay(settled ? SETTLE_MS : SHORT_SETTLE_MS)
    const [leaker] = await readyLeakers(folder)
    const leakMs = untilLimitMs(leaker, rate)
    const now = performance.now()
    await delay(timeOf(session.beganAt, rival.periodMs, point, now + leakMs) - leakMs - now)
    const [cpuBefore, begun] = [processUs(session.process.pid), performance.now()]
    process.kill(leaker.pid, 'SIGUSR2')
    const last = await until('the leak is over', () => over(folder, leaker), LEAK_DEADLINE_MS)
    const ms = performance.now() - begun
    const cpuMs = (processUs(session.process.pid) - cpuBefore) / 1000
    return { over: last.resident - LIMIT_MB * MB, share: last.share, isFull: last.isFull, cpuMs, ms }
  } finally {
    await session.close()
  }
}

let opened = Promise.resolve()

/** A start is a burst: side by side they would all be late. */
function openInTurn(open) {
  const opening = opened.then(open)
  opened = opening.catch(() => {})
  return opening
}

const untilLimitMs = ({ resident }, rate) => ((LIMIT_MB * MB - resident) / (rate * MB)) * 1000

/** The first time, not before the soonest, that is at that point of one of its periods. */
function timeOf(beganAt, periodMs, point, soonest) {
  const periods = Math.ceil((soonest - beganAt) / periodMs - point)
  return beganAt + (periods + point) * periodMs
}

/** What it told last, once it is dead or full. */
function over(folder, leaker) {
  const isDead = !lives(leaker)
  const last = leakersOf(folder).find(({ pid }) => pid === leaker.pid)
  return (isDead || last.isFull) && last
}

/** All of them at once, each with its own quiet children: CPU in ms a minute, of the process and of osqwatch's thread. */
export async function quiet(jobs, windowMs) {
  const sessions = []
  try {
    for (const { rival, count } of jobs) sessions.push(await rival.open(newFolder(), { rate: 0, count }))
    // The first question is dear, and costs the one who is asked.
    await Promise.all(sessions.map(threadMs))
    await delay(SETTLE_MS)
    const threadBefore = await Promise.all(sessions.map(threadMs))
    const [before, begun] = [sessions.map(processMs), performance.now()]
    await delay(windowMs)
    const [after, minutes] = [sessions.map(processMs), (performance.now() - begun) / 60_000]
    const threadAfter = await Promise.all(sessions.map(threadMs))
    return jobs.map(({ rival: { name }, count }, index) => ({
      name,
      count,
      processMs: (after[index] - before[index]) / minutes,
      threadMs: (threadAfter[index] - threadBefore[index]) / minutes,
    }))
  } finally {
    await Promise.all(sessions.map(session => session.close()))
  }
}

const processMs = session => processUs(session.process.pid) / 1000

const threadMs = async session => (session.threadMs ? await session.threadMs() : Number.NaN)
