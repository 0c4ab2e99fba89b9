/** A process with many threads and much memory that does nothing: the kernel has more to add up for it. */
import { Worker } from 'node:worker_threads'

const THREADS = 64
const RESIDENT_BYTES = 2 ** 30

const idle = 'setInterval(() => {}, 1e9)'
const workers = Array.from({ length: THREADS }, () => new Worker(idle, { eval: true }))
await Promise.all(workers.map(worker => new Promise(resolve => worker.once('online', resolve))))
// Touched page by page, or it would not be resident.
const rest = Buffer.alloc(Math.max(0, RESIDENT_BYTES - process.memoryUsage.rss()), 1)

process.send({ bytes: rest.length })
setTimeout(() => process.exit(), 900_000)
