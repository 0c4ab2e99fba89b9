/**
 * THE TABLE: what happens to a child, phase by phase. Time is an argument, signals are effects, and `deadline` is state, so a
 * replay of a recorded run is exact. A new input does not compile until every phase has answered it.
 */
import {
  expectEnd,
  hasten,
  kill,
  killHard,
  punish,
  purge,
  restart,
  stop,
  stopSooner,
  stuck,
  terminate,
  thenDown,
  thenRestart,
} from './ladder.js'
import { abandon, begin, beginAfresh, endLife, neverRose, rise, settle, standDown } from './lives.js'
import type { Child, Input, Kind, Phase, Policy } from './model.js'
import type { Cell, Step } from './step.js'

type Row = { readonly [T in Input['type']]: Cell<T> }

/** A child that has not lived yet. */
export const newborn = (name: string, kind: Kind): Child => ({
  name,
  kind,
  phase: 'down',
  pid: null,
  life: 0,
  streak: 0,
  bornAt: 0,
  deadline: null,
  breach: null,
  intent: 'decide',
  end: null,
})

/** One step: the child's next state, and what has to be done in the world. */
export function step(child: Child, input: Input, at: number, policy: Policy): Step {
  const cell = TABLE[child.phase][input.type] as Cell<typeof input.type>
  return cell(child, input as never, at, policy)
}

/** Time stood still for the watcher: the child has the rest of its time after the gap. */
export function postponed(child: Child, byMs: number): Child {
  return child.deadline === null ? child : { ...child, deadline: child.deadline + byMs }
}

// biome-ignore format: a table is read by its columns
const TABLE: { readonly [P in Phase]: Row } = {
  //               start    spawned  spawn-failed  breach    examined  stop        asked      restart      exited   cleared  deadline
  down:        row(begin,   ignore,  ignore,       ignore,   ignore,   ignore,     ignore,    beginAfresh, ignore,  ignore,  ignore   ),
  starting:    row(ignore,  rise,    neverRose,    ignore,   ignore,   thenDown,   thenDown,  thenRestart, ignore,  ignore,  ignore   ),
  up:          row(ignore,  ignore,  ignore,       punish,   ignore,   stop,       expectEnd, restart,     endLife, ignore,  ignore   ),
  warned:      row(ignore,  ignore,  ignore,       killHard, hasten,   stop,       thenDown,  restart,     endLife, ignore,  terminate),
  terminating: row(ignore,  ignore,  ignore,       killHard, ignore,   stopSooner, stopSooner,thenRestart, endLife, ignore,  kill     ),
  killing:     row(ignore,  ignore,  ignore,       ignore,   ignore,   thenDown,   thenDown,  thenRestart, endLife, ignore,  stuck    ),
  sweeping:    row(ignore,  ignore,  ignore,       ignore,   ignore,   stopSooner, thenDown,  thenRestart, ignore,  settle,  purge    ),
  purging:     row(ignore,  ignore,  ignore,       ignore,   ignore,   thenDown,   thenDown,  thenRestart, ignore,  settle,  abandon  ),
  waiting:     row(ignore,  ignore,  ignore,       ignore,   ignore,   standDown,  standDown, beginAfresh, ignore,  ignore,  begin    ),
}

function ignore(child: Child): Step {
  return [child, []]
}

function row(
  start: Cell<'start'>,
  spawned: Cell<'spawned'>,
  spawnFailed: Cell<'spawn-failed'>,
  breach: Cell<'breach'>,
  examined: Cell<'examined'>,
  stop: Cell<'stop'>,
  asked: Cell<'asked'>,
  restart: Cell<'restart'>,
  exited: Cell<'exited'>,
  cleared: Cell<'cleared'>,
  deadline: Cell<'deadline'>,
): Row {
  return {
    start,
    spawned,
    'spawn-failed': spawnFailed,
    breach,
    examined,
    stop,
    asked,
    restart,
    exited,
    cleared,
    deadline,
  }
}
