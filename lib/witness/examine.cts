/** What the host asks of a witness: the stack first, for the end may come at any moment; each thing is kept as it is found. */
import type { ExamineMessage } from '../wire/beats.js' with { 'resolution-mode': 'import' }
import type { Frame, Heap, NodeEvidence } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

import asking = require('./ask.cjs')
import profiles = require('./profile.cjs')
import statements = require('./statement.cjs')

type Statement = InstanceType<typeof statements.Statement>
type RawProfile = Parameters<typeof profiles.profileOf>[0]
type RawAllocations = Parameters<typeof profiles.allocationsOf>[0]

/** Busy JavaScript answers within some ms, also on a loaded machine. What does not is in the system, or in native code. */
const FIRST_MS = 1_000
const UNANSWERED =
  'its main thread did not answer: it was not in JavaScript, but in a call of the system or in native code'
/** A report asks each of the app's own threads. */
const NEXT_MS = 2_000
const SNAPSHOT_MS = 60_000
/** A snapshot needs about as much memory as the heap has. */
const ROOM = 2

async function examine(prefix: string, { want, profileMs }: ExamineMessage): Promise<void> {
  const statement = new statements.Statement(prefix, 'asked')
  try {
    await gather(statement, new Set(want), profileMs)
  } finally {
    statement.write()
  }
}

async function gather(statement: Statement, want: ReadonlySet<string>, profileMs: number): Promise<void> {
  const { evidence, notes, note } = statement
  // If the end comes while this is being waited for, it is known why there is nothing.
  note(UNANSWERED)
  statement.write()
  const first = await asking.ask<Frame[] | null>(want.has('stack') ? 'stack' : 'nothing', FIRST_MS, note)
  if (first === undefined) return
  notes.splice(notes.indexOf(UNANSWERED), 1)
  if (first === null) return note('nothing was asked of it: its inspector is open')
  if (first.found !== null) {
    evidence.stack = first.found.map(frame => ({ ...frame, file: profiles.pathOf(frame.file) }))
    if (first.found.length === 0) note('its event loop was idle: no JavaScript was on the stack')
    statement.write()
  }
  const find = async <T,>(what: string, more: unknown = null): Promise<T | null> => {
    const answer = await asking.ask<T>(what, NEXT_MS, note, more)
    if (answer === undefined) note(`${what}: there was no answer`)
    return answer?.found ?? null
  }
  if (want.has('heap')) evidence.heap = await find<Heap>('heap')
  const looks = ['profile', 'allocations'].filter(look => want.has(look))
  const begun = looks.length === 0 ? null : await find<string[]>('startProfiles', looks)
  if (begun !== null) await new Promise(resolve => setTimeout(resolve, profileMs))
  if (begun?.includes('profile')) {
    const raw = await find<RawProfile>('stopProfile')
    evidence.profile = raw && profiles.profileOf(raw)
    statement.write()
  }
  if (want.has('report')) {
    evidence.report = await find<NonNullable<NodeEvidence['report']>>('report')
    statement.write()
  }
  // Late, for garbage is collected before it, which takes its time in a large heap.
  if (begun?.includes('allocations')) {
    const raw = await find<RawAllocations>('stopAllocations')
    evidence.allocations = raw && profiles.allocationsOf(raw)
    statement.write()
  } else if (begun !== null && want.has('allocations')) {
    note('allocations: not looked at, for it has a heap profiler of its own at work')
  }
  if (want.has('snapshot')) await takeSnapshot(statement)
}

async function takeSnapshot(statement: Statement): Promise<void> {
  const { freemem } = require('node:os') as typeof import('node:os')
  const { closeSync, openSync, renameSync, rmSync } = require('node:fs') as typeof import('node:fs')
  statement.write()
  const used = (statement.evidence.heap ?? (await asking.ask<Heap>('heap', NEXT_MS))?.found)?.used
  if (used === undefined) return statement.note('no heap snapshot: the size of its heap is not known')
  if (freemem() < ROOM * used) return statement.note('no heap snapshot: there is not enough memory left for one')
  const file = statement.file.replace(/json$/, 'heapsnapshot')
  const unfinished = `${file}.tmp`
  // It is there before, so that nobody else can read it: it holds all that the app knows.
  closeSync(openSync(unfinished, 'w', 0o600))
  const answer = await asking.ask<string>('snapshot', SNAPSHOT_MS, statement.note, unfinished)
  if (answer) {
    renameSync(unfinished, file)
    statement.evidence.snapshot = file
  } else {
    rmSync(unfinished, { force: true })
    statement.note('no heap snapshot: there was no answer')
  }
}

export = { examine }
