/** Leaks like the other one, but will not be told to go: only SIGKILL ends it. */
process.on('SIGTERM', () => {})
await import('./leak.js')
