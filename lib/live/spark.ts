/**
 * What was, in one line of blocks. By hand: the libraries for it draw one block a value, and neither fit a width nor leave
 * alone what is steady; one of them brings another library for colours.
 */

/** So many columns. */
export const SPARK_CELLS = 10
const BLOCKS = '▁▂▃▄▅▆▇█'

/** The newest on the right. Several values that share a cell are shown by their greatest: a peak is what is looked for. */
export function spark(values: readonly number[], least: number, most: number): string {
  const perCell = Math.max(1, Math.ceil(values.length / SPARK_CELLS))
  const cells: string[] = []
  for (let end = values.length; end > 0; end -= perCell) {
    cells.unshift(block(Math.max(...values.slice(Math.max(0, end - perCell), end)), least, most))
  }
  return cells.join('').padStart(SPARK_CELLS)
}

function block(value: number, least: number, most: number): string {
  const share = most > least ? (value - least) / (most - least) : 0
  const step = Math.round(share * (BLOCKS.length - 1))
  return BLOCKS.charAt(Math.max(0, Math.min(BLOCKS.length - 1, step)))
}
