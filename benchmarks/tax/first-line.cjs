/** A program whose first statement says that it runs. */
require('node:fs').writeSync(1, '.')
