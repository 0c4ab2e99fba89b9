/** One child's line of the live table. */
import { styleText } from 'node:util'

const MB = 1024 * 1024
const BAR_CELLS = 10
const NEARLY = 0.6

export function cellsOf(ledger, child) {
  const phase = phaseOf(ledger, child)
  const limits = ledger.limits.get(child)
  const sample = phase.lives ? sampleOf(ledger, child) : null
  return [
    child,
    styleText(phase.colour, phase.word),
    String(ledger.lives(child)),
    cpu(sample, limits),
    memory(sample, limits),
    lateness(sample, limits),
    streak(ledger, child, limits),
  ]
}

/** By the last thing that happened to it. */
const PHASES = {
  spawn: { word: 'starting', colour: 'cyan', lives: true },
  ready: { word: 'up', colour: 'green', lives: true },
  limit: { word: 'over its limit', colour: 'yellow', lives: true },
  warn: { word: 'warned', colour: 'yellow', lives: true },
  terminate: { word: 'terminating', colour: 'magenta', lives: true },
  kill: { word: 'killing', colour: 'red', lives: true },
  exit: { word: 'down', colour: 'dim', lives: false },
  backoff: { word: 'backing off', colour: 'blue', lives: false },
  giveup: { word: 'given up', colour: 'red', lives: false },
}

/** A deferral changes nothing. */
function phaseOf(ledger, child) {
  const event = ledger.of(child, ...Object.keys(PHASES)).at(-1)
  const phase = PHASES[event.type]
  if (event.type !== 'backoff') return phase
  const left = Math.max(0, event.at + event.delay - Date.now())
  return { ...phase, word: `back in ${(left / 1000).toFixed(1)} s` }
}

function sampleOf(ledger, child) {
  const sample = ledger.samples.get(child)
  return sample?.life === ledger.lives(child) ? sample : null
}

function cpu(sample, { utilization, cores }) {
  if (sample === null) return ''
  const used = Math.round(sample.cpu)
  const allowed = Math.round(utilization * cores)
  if (!Number.isFinite(allowed)) return `${bar(used / 100, 'cyan')} ${used} %`
  return `${bar(used / allowed)} ${used}/${allowed} %`
}

function memory(sample, limits) {
  if (sample === null || sample.footprint === null) return ''
  const grown = Math.round(sample.footprint / MB)
  const allowed = Math.round(limits.memory / MB)
  return `${bar(grown / allowed)} ${grown}/${allowed} MB`
}

function lateness(sample, limits) {
  if (sample === null || sample.lateness === null) return ''
  const text = `${(sample.lateness / 1000).toFixed(1)}/${limits.heartbeatLimit / 1000} s`
  return styleText(colourOf(sample.lateness / limits.heartbeatLimit), text)
}

function streak(ledger, child, limits) {
  const failures = ledger.of(child, 'backoff').at(-1)?.streak ?? 0
  return failures === 0 ? '' : `${failures}/${limits.respawnLimit}`
}

function bar(share, colour = colourOf(share)) {
  const full = Math.min(BAR_CELLS, Math.round(share * BAR_CELLS))
  return styleText(colour, '█'.repeat(full)) + styleText('dim', '░'.repeat(BAR_CELLS - full))
}

function colourOf(share) {
  if (share > 1) return 'red'
  return share > NEARLY ? 'yellow' : 'green'
}
