/** Leaks 20 MB a second, by the clock: on a busy machine it catches up. */
const MB = 1024 * 1024
const MB_A_SECOND = 20

const leaked = []

function leak() {
  const due = (performance.now() / 1000) * MB_A_SECOND
  // Filled, since memory that nobody has written to is not resident.
  while (leaked.length < due) leaked.push(Buffer.alloc(MB, 1))
}

setInterval(leak, 100)
