/**
 * Every child that this process starts by child_process goes through one method, however the caller got at `spawn`, `exec` or
 * `fork`. Whatever goes wrong in here, the app's call does what it would have done without us.
 */
import { ChildProcess } from 'node:child_process'

/** As Node hands it to that method: what `spawn` made of its arguments. */
export interface SpawnOrder {
  readonly file: string
  /** The program's own name foremost. */
  readonly args?: readonly string[]
  /** `NAME=value` */
  readonly envPairs?: readonly string[]
  readonly detached?: boolean
}

export interface SpawnPlan {
  /** What is added to the child's environment, or replaced in it. */
  readonly env: Readonly<Record<string, string>>
  started(child: ChildProcess): void
}

type Spawn = (this: ChildProcess, order: SpawnOrder) => unknown

/** The method is Node's own, and in no types. */
const prototype = ChildProcess.prototype as unknown as { spawn: Spawn }

/** `plan` is asked before each spawn; null: it is left alone. Answers how to undo it. */
export function hookSpawn(plan: (order: SpawnOrder) => SpawnPlan | null): () => void {
  const original = prototype.spawn
  let isOn = true
  function spawn(this: ChildProcess, order: SpawnOrder): unknown {
    const found = isOn ? quietly(() => prepare(order, plan)) : null
    if (!found) return original.call(this, order)
    const result = original.call(this, found.order)
    if (this.pid !== undefined) quietly(() => found.plan.started(this))
    return result
  }
  prototype.spawn = spawn
  return () => {
    isOn = false
    // Somebody may have hooked it after us: then it stays in between, and does nothing.
    if (prototype.spawn === spawn) prototype.spawn = original
  }
}

function prepare(order: SpawnOrder, plan: (order: SpawnOrder) => SpawnPlan | null) {
  const planned = plan(order)
  return planned && { plan: planned, order: { ...order, envPairs: withEnv(order.envPairs ?? [], planned.env) } }
}

function withEnv(pairs: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const kept = pairs.filter(pair => !Object.hasOwn(env, nameOf(pair)))
  return [...kept, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
}

/** Windows does not tell large letters from small ones. */
function nameOf(pair: string): string {
  const name = pair.slice(0, pair.indexOf('=', 1))
  return process.platform === 'win32' ? name.toUpperCase() : name
}

/** One variable of an order. */
export function envOf({ envPairs = [] }: SpawnOrder, name: string): string | undefined {
  return envPairs.findLast(pair => nameOf(pair) === name)?.slice(name.length + 1)
}

function quietly<T>(act: () => T): T | null {
  try {
    return act()
  } catch {
    return null
  }
}
