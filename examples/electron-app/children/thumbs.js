/** A utility process: it has Electron's message port to the main process. */
process.parentPort.on('message', ({ data }) => process.parentPort.postMessage({ done: data }))
