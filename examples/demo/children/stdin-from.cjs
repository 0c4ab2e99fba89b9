/**
 * Preloaded into tsserver: `tsserver < pipe`, for a program that has to be started by Node itself. A supervised child's
 * stdin is /dev/null, and a shell's redirection would cost tsserver its heartbeats, which module children have. Done before
 * the program's first line, on the descriptor: tsserver runs as it was published, and is itself the process supervised.
 */
const { closeSync, openSync } = require('node:fs')

closeSync(0)
// The lowest free descriptor is taken. Opened for both ways, a pipe neither waits for its writer nor ends with it.
if (openSync(process.env.DEMO_STDIN, 'r+') !== 0) throw new Error('stdin was not free')
