/** What stdout is, for those who draw on it. */

import { paintFor } from '../live/paint.js'
import type { Screen } from '../view/list.js'

/** Where nobody says how wide it is. */
const COLUMNS = 100

/** `at`: whose offset from UTC; in summer it is another one. */
export function screenAt(at: number): Screen {
  const { stdout } = process
  return { columns: stdout.columns ?? COLUMNS, paint: paintFor(stdout), offset: -new Date(at).getTimezoneOffset() || 0 }
}
