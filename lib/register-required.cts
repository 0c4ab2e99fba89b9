/** What `require('osqwatch/register')` gets: the host waits for its app before anything else runs, and a require cannot wait. */
throw new Error(
  'osqwatch/register cannot be required: start the app by `node --import osqwatch/register app.js`, or set ' +
    'NODE_OPTIONS="--import osqwatch/register"',
)
