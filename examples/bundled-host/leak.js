/** 10 MB every 20 ms, kept. */
const kept = []
setInterval(() => kept.push(Buffer.alloc(10_000_000, 1)), 20)
