// Says something on everything that it has, and ends.
process.send?.('here')
console.log('here')
setTimeout(() => process.channel?.unref(), 10)
