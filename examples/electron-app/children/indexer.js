/** Work that nobody should wait for in the main process. Under ELECTRON_RUN_AS_NODE it is an ordinary Node. */
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 1000)
