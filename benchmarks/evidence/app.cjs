/** Says its first line at once, and then does nothing for longer than any benchmark. */
require('node:fs').writeSync(1, 'here\n')
setTimeout(() => {}, 900_000)
