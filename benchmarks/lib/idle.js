/** A Node program that does nothing, for longer than any benchmark. */
setTimeout(() => {}, 900_000)
