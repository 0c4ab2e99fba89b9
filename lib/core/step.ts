/** What one cell of the table is made of. */
import type { Child, Effect, Input, Policy } from './model.js'

/** The child's next state, and what has to be done in the world. */
export type Step = readonly [Child, readonly Effect[]]

export type InputOf<T extends Input['type']> = Extract<Input, { type: T }>

export type Cell<T extends Input['type']> = (child: Child, input: InputOf<T>, at: number, policy: Policy) => Step

/** These effects first, then that step. */
export const first = (effects: readonly Effect[], [child, more]: Step): Step => [child, [...effects, ...more]]
