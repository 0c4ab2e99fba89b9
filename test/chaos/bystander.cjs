// Tells every signal that can be caught, and lives on.
const { constants } = require('node:os')
const { writeSync } = require('node:fs')

const NOT_TO_BE_CAUGHT = ['SIGKILL', 'SIGSTOP']
/** The kernel's own, and what a terminal's window sends to whoever is in it. */
const NOT_TOLD = ['SIGWINCH', 'SIGPROF', 'SIGCHLD', 'SIGPIPE']

for (const name of Object.keys(constants.signals)) {
  if (NOT_TO_BE_CAUGHT.includes(name) || NOT_TOLD.includes(name)) continue
  try {
    process.on(name, () => writeSync(1, `${name}\n`))
  } catch {
    // Not on this system.
  }
}
writeSync(1, 'ready\n')
setInterval(() => {}, 60_000)
