/** Burns CPU slice by slice. Between two slices it answers, so this is work (or a bug), not a hang. */
const SLICE_MS = 40
const BREATH_MS = 5

function burn() {
  const until = performance.now() + SLICE_MS
  while (performance.now() < until);
  setTimeout(burn, BREATH_MS)
}

burn()
