/** Round numbers for an axis. */

/** The smallest step that is as large as wanted; beyond the last one, multiples of it. */
export function nearestStep(wanted: number, steps: readonly number[]): number {
  const last = steps.at(-1) ?? 1
  return steps.find(step => step >= wanted) ?? Math.ceil(wanted / last) * last
}

/** From 0, about four of them. Sizes are round in powers of 1024. */
export function ticksUpTo(top: number, binary: boolean): number[] {
  const unit = binary ? 1024 ** Math.max(0, Math.floor(Math.log(top / 4) / Math.log(1024))) : 1
  const wanted = top / 4 / unit
  const scale = 10 ** Math.floor(Math.log10(wanted))
  const step = nearestStep(wanted / scale, [1, 2, 5, 10]) * scale * unit
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step)
}
