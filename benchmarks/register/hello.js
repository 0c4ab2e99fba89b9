console.log('hello')
setInterval(() => {}, 1000)
