/** Answers like anybody for a while; then its loop spins and never comes back. */
const GOOD_FOR_MS = 3000

setTimeout(() => {
  for (;;);
}, GOOD_FOR_MS)
