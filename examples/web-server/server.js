/**
 * A Fastify server as anybody might have written it. It knows nothing of a watcher but one event: warned that it is about to be
 * ended, it takes no more requests and finishes those that it has.
 */
import { createHash } from 'node:crypto'
import fastify from 'fastify'

const app = fastify({ forceCloseConnections: 'idle' })
const leaked = []

app.get('/', async () => ({ pid: process.pid }))

/** Work that takes its time and holds up nobody for long. */
app.get('/work', async () => {
  const hash = createHash('sha256')
  for (let round = 0; round < 2_000; round++) hash.update(`${round}`)
  return { pid: process.pid, digest: hash.digest('hex') }
})

/** 4 MB every 20 ms, and none of it is ever given back. */
app.get('/leak', async () => {
  setInterval(() => leaked.push(Buffer.alloc(4 * 1024 * 1024, 1)), 20)
  return { pid: process.pid }
})

/** The answer comes first; then nobody gets one any more. */
app.get('/spin', async () => {
  setTimeout(() => {
    for (;;);
  }, 50)
  return { pid: process.pid }
})

process.on('osqwatch:warn', async warning => {
  console.log(`server: ${warning.message}: no more requests`)
  await app.close()
  process.exit(0)
})
process.on('SIGTERM', async () => {
  await app.close()
  process.exit(0)
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
