/** Robust figures: a benchmark on a shared machine has outliers, and a mean believes them. */

const ascending = values => [...values].sort((a, b) => a - b)

/** Between the two nearest values, in proportion; NaN of nothing. */
export function quantile(values, q) {
  const sorted = ascending(values)
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  return sorted.length === 0 ? Number.NaN : below + (above - below) * (place % 1)
}

export const median = values => quantile(values, 0.5)

export const sum = values => values.reduce((total, value) => total + value, 0)

export const mean = values => sum(values) / values.length

/** What to keep of a figure that was measured several times. */
export function summary(values) {
  return { median: median(values), min: quantile(values, 0), max: quantile(values, 1), runs: values.length }
}

/** How far the runs lie apart, as a share of their median: half of them lie within it. */
export function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / Math.abs(median(values))
}

/** Three significant digits, and none behind the point from 100 on: `0.0412`, `3.81`, `52.3`, `2443`. */
export function figure(value) {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}
