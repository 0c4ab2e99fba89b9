/**
 * One way of looking, in a process of its own: node contender.js WAY PID…. Questions come as lines on stdin, and each is
 * answered by a line of JSON. The CPU is the whole process's, and its children's: that is what an application would pay.
 *
 *   burst MS                        looks for that long            → { looks, us }
 *   pace MS TICKS BLOCKS LOOKING    a timer of MS; blocks of TICKS ticks, by turns with (first where LOOKING is 1) and
 *                                   without looks                  → µs a tick for each block
 */
import { createInterface } from 'node:readline'
import { ownUs, reapedUs } from '../lib/cpu.js'
import { WAYS } from './ways.js'

const [way, ...pids] = process.argv.slice(2)
const { open, starts } = WAYS[way]
const look = await open(pids.map(Number))

const cpuUs = starts ? () => ownUs() + reapedUs() : ownUs

async function burst(ms) {
  const until = performance.now() + ms
  const cpu = cpuUs()
  let looks = 0
  do {
    const answer = look()
    // Waiting for nothing would be charged to those who answer at once.
    if (answer) await answer
    looks++
  } while (performance.now() < until)
  return { looks, us: cpuUs() - cpu }
}

function pace(ms, ticks, blocks, looking) {
  const costs = []
  let tick = 0
  let cpu = 0
  return new Promise(resolve => {
    const timer = setInterval(() => {
      if (tick % ticks === 0) {
        const at = cpuUs()
        if (tick > 0) costs.push((at - cpu) / ticks)
        cpu = at
      }
      if (costs.length === blocks) {
        clearInterval(timer)
        resolve(costs)
      } else if ((Math.floor(tick++ / ticks) + looking) % 2 === 1) look()
    }, ms)
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const [question, ...numbers] = line.split(' ')
  const answer = await (question === 'burst' ? burst : pace)(...numbers.map(Number))
  console.log(JSON.stringify(answer))
}
