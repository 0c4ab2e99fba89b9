/** At the end: what happened to whom, when and why; and whether it was what should happen. */
import { styleText } from 'node:util'
import Table from 'cli-table3'
import { AFTERWARDS, HAPPENINGS } from './expectations.js'

const RUNGS = ['warn', 'terminate', 'kill']
const COLUMNS = ['child', 'lives', 'first verdict', 'its ladder', 'first exit', 'in the end']
const WIDTHS = [10, 7, 26, 17, 22, 19]
const MB = 1024 * 1024

/** Prints both; true if every expectation was met. */
export function report(outcome) {
  const { ledger, conversation } = outcome
  console.log(`\nWhat happened, in seconds since the start (${took(ledger)} s in all):`)
  console.log(table(ledger))
  console.log(whyTold(ledger))
  console.log(blockTold(ledger))
  console.log(`tsserver answered ${conversation().length} questions of the worker about a file of this project.\n`)
  const checked = [...HAPPENINGS, ...AFTERWARDS].map(({ expected, isMet }) => ({ expected, met: isMet(outcome) }))
  for (const { expected, met } of checked)
    console.log(`${met ? coloured('green', 'yes') : coloured('red', 'NO ')}  ${expected}`)
  const failures = checked.filter(({ met }) => !met).length
  console.log(
    failures === 0 ? '\nAll of it was what should happen.' : `\n${failures} of it should not have happened so.`,
  )
  return failures === 0
}

const took = ledger => ledger.clock(ledger.events().at(-1).at)

function table(ledger) {
  const style = process.stdout.isTTY ? { head: ['bold'], border: ['dim'] } : { head: [], border: [] }
  const drawn = new Table({ head: COLUMNS, colWidths: WIDTHS, wordWrap: true, style })
  const children = new Set(ledger.events().flatMap(({ child }) => child ?? []))
  for (const child of children) drawn.push(rowOf(ledger, child))
  return drawn.toString()
}

function rowOf(ledger, child) {
  const [limit] = ledger.of(child, 'limit')
  const [exit] = ledger.of(child, 'exit')
  return [
    child,
    String(ledger.lives(child)),
    limit === undefined ? 'none' : `${ledger.clock(limit.at)}: ${verdictOf(limit)}`,
    limit === undefined ? '' : ladderOf(ledger, ledger.life(child, limit.life)),
    exit === undefined ? '' : `${ledger.clock(exit.at)}: ${exit.signal ?? `code ${exit.code}`}, ${CAUSES[exit.cause]}`,
    endOf(ledger, child),
  ]
}

function verdictOf({ verdict, value, limit, hang }) {
  if (verdict === 'memory') return `memory, grown by ${Math.round(value / MB)} of ${Math.round(limit / MB)} MB`
  const story = verdict === 'heartbeat' ? `heartbeat (${hang}), late by` : 'cpu, over its budget for'
  return `${story} ${(value / 1000).toFixed(1)} of ${limit / 1000} s`
}

const ladderOf = (ledger, life) =>
  life
    .filter(({ type }) => RUNGS.includes(type))
    .map(({ type, at }) => `${ledger.clock(at)}: ${type}`)
    .join('\n')

const CAUSES = {
  limit: 'for breaking its limit',
  requested: 'as requested',
  exited: 'by itself',
  crashed: 'a crash',
  signal: "somebody else's signal",
  oom: 'the kernel, out of memory',
  heap: 'its heap was exhausted',
  spawn: 'could not be started',
}

function endOf(ledger, child) {
  const last = ledger.of(child).at(-1)
  if (last.type === 'giveup') return `given up at ${ledger.clock(last.at)}, after ${ledger.lives(child)} lives`
  if (last.type === 'backoff') return `backing off, ${last.streak}. failure in a row`
  return last.cause === 'requested' ? 'stopped with the demo' : 'stays down'
}

/** The first death of each, in its own words. */
function whyTold({ incidents }) {
  const first = incidents.filter(({ child }, n) => incidents.findIndex(other => other.child === child) === n)
  return ['\nWhy each of them died first:', ...first.map(({ account }) => `- ${account}`), ''].join('\n')
}

function blockTold(ledger) {
  const { block } = ledger
  if (block === null) return 'The main thread was never blocked.'
  const events = ledger.duringBlock().map(({ event }) => event)
  const told = events
    .filter(({ type }) => type !== 'ready')
    .map(({ at, child, type }) => `${ledger.clock(at)} ${child} ${type}`)
  return `The main thread was blocked from ${ledger.clock(block.from)} to ${ledger.clock(block.to)}. Meanwhile: ${told.join(', ')}.`
}

const coloured = (colour, text) => (process.stdout.isTTY ? styleText(colour, text) : text)
