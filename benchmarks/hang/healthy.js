/** A healthy program that does a little work, 20 times a second. */
const WORK_MS = 1

setInterval(() => {
  const until = performance.now() + WORK_MS
  while (performance.now() < until);
}, 50)
