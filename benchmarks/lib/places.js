import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const RESULTS = `${ROOT}benchmarks/results`
export const PAGE = `${ROOT}docs/benchmarks.md`
export const PLOTS = `${ROOT}docs/benchmarks`
