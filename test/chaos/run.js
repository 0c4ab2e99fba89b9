/**
 * npm run chaos -- [--seconds N] [--seed S]: a host with many children, faults from the menu, and an observer that judges from
 * outside. Exits 0 and tells what happened, or 1 with the seed and what did not hold.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Bystanders } from './bystanders.js'
import { MENU } from './menu.js'
import { Observer } from './observer.js'
import { isLiving, signal } from './proc.js'
import { Random } from './random.js'
import { failure, summary } from './report.js'
import { Stage } from './stage.js'

const LOOK_EVERY_MS = 150
const BYSTANDER_EVERY = 20
const STOP_MS = 60_000
const GONE_MS = 5000
/** After a breach, what is still on its way from the host is heard. */
const LAST_WORDS_MS = 500
const EXIT_INTERRUPTED = 130

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, log: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (!(seconds > 0) || !Number.isInteger(seed))
  throw new Error('--seconds takes a number above 0, --seed a whole number')
console.log(`chaos: seed ${seed}, ${seconds} s`)

const run = `${process.pid}-${seed}`
const folder = mkdtempSync(join(tmpdir(), 'chaos-'))
mkdirSync(join(folder, 'orders'))
mkdirSync(join(folder, 'ledger'), 0o700)

const begun = performance.now()
const clock = () => ((performance.now() - begun) / 1000).toFixed(2)
if (values.log) writeFileSync(values.log, '')
const log = line => values.log && appendFileSync(values.log, `${clock()} ${line}\n`)
const faults = []
let broken = null
let interrupted = false

function breach(invariant, people = []) {
  if (broken === null) log(`BREACH ${invariant}`)
  broken ??= { seed, invariant, people: people.map(person => ({ ...person })), faults: [...faults], at: clock() }
}

const observer = new Observer({ run, breach })
const stage = new Stage({ run, folder, observer, breach, log })
const bystanders = new Bystanders(breach)
const goesOn = () => broken === null && !interrupted
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    interrupted = true
  })
}
const looking = setInterval(() => {
  observer.look()
  bystanders.check()
}, LOOK_EVERY_MS)

try {
  await stage.open()
  await strike(new Random(seed))
  await stage.settled()
  if (goesOn()) await finish()
  if (broken !== null) await delay(LAST_WORDS_MS)
} finally {
  clearInterval(looking)
  await clear()
}
if (interrupted) process.exitCode = EXIT_INTERRUPTED
else if (broken !== null) {
  console.error(failure(broken, stage))
  process.exitCode = 1
} else console.log(summary({ seed, faults, stage, observer, bystanders, seconds: clock() }))

async function strike(random) {
  while (goesOn() && performance.now() - begun < seconds * 1000) {
    // All is drawn before anything is awaited that takes its own time: the sequence is the seed's alone.
    const gapMs = random.between(20, 250)
    const { fault, strikes, act } = random.pickWeighted(MENU)
    const { name, kind } = random.pick(stage.targets(strikes))
    const own = new Random(random.between(0, 2 ** 31))
    await delay(gapMs)
    await stage.renew()
    faults.push({ at: clock(), fault, name })
    log(`FAULT ${fault} ${name} ${observer.leader(stage.host, name)?.pid ?? ''}`)
    if (faults.length % BYSTANDER_EVERY === 0) bystanders.join()
    await act(stage, name, own, kind)
  }
}

/** Everything is stopped: nothing is left of it, and nobody else was harmed. */
async function finish() {
  await stage.renew()
  const { host } = stage
  host.ask('stop')
  if (!(await within(STOP_MS, () => host.closed !== null))) return breach('it does not stop', living())
  host.ask('leave')
  if (!(await within(STOP_MS, () => host.endedAt !== null))) return breach('the host does not end', living())
  if (!(await within(GONE_MS, () => living().length === 0))) return breach('all is stopped, and this is left', living())
  const all = readdirSync(folder, { recursive: true })
  // Of a host that was killed at it, drafts and evidence are left, which go with the folder's next cleaning.
  const files = all.filter(file => !/^(orders|ledger$|state)/.test(file))
  if (files.length > 0) breach(`files are left: ${files.join(', ')}`)
  const torn = all.filter(file => isIncident(file) && !isWhole(file))
  if (torn.length > 0) breach(`incidents that are not whole: ${torn.join(', ')}`)
  log(`incidents: ${all.filter(isIncident).length}`)
}

function isIncident(file) {
  return /^state.*\/\d[^/]*\.json$/.test(file)
}

function isWhole(file) {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8')).format === 'osqwatch-incident'
  } catch {
    return false
  }
}

function living() {
  observer.look()
  return [...observer.people.values()].filter(isLiving)
}

async function within(ms, isSo) {
  for (const until = performance.now() + ms; performance.now() < until && goesOn(); await delay(100))
    if (isSo()) return true
  return isSo()
}

/** Whatever happened: nothing of this run outlives it. */
async function clear() {
  observer.mute()
  bystanders.end()
  for (let left = living(); left.length > 0; left = living()) {
    for (const person of left) signal(person, 'SIGKILL')
    await delay(50)
  }
  rmSync(folder, { recursive: true, force: true })
}
