/** Where the spinner spins, and who has said so. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const SPINNER = fileURLToPath(new URL('./spinner.js', import.meta.url))
const FUNCTION = 'spin'
const LINE =
  1 +
  readFileSync(SPINNER, 'utf8')
    .split('\n')
    .findIndex(line => line.endsWith('// hot'))

/** The innermost frame, as an incident has it. */
export const isHotFrame = frame =>
  frame !== undefined && frame.function === FUNCTION && frame.file === SPINNER && frame.line === LINE

/** A line of a stack, as Node writes it. */
export const isHotLine = text => text.includes(` ${FUNCTION} `) && text.includes(`${SPINNER}:${LINE}:`)

/** A call frame, as the inspector has it: its file stands elsewhere. */
export const isHotCall = ({ functionName, location }) => functionName === FUNCTION && location.lineNumber + 1 === LINE

export const isHotFunction = name => name === FUNCTION

/** Where a profile saw it most. A profile knows functions, not lines. */
export function isHotProfile({ root }) {
  let best = root
  const visit = node => {
    if (node.self > best.self) best = node
    node.children.forEach(visit)
  }
  visit(root)
  return best.frame.function === FUNCTION && best.frame.file === SPINNER
}
