/** tsserver's protocol: a request is a line of JSON, an answer too, between headers. Here over a named pipe and a file. */
import { openSync, readSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

const LOOK_EVERY_MS = 100

/** `requests`: the pipe that tsserver reads. `answers`: the file that its output is appended to. */
export function connect(requests, answers) {
  const pipe = openSync(requests, 'r+')
  const readLines = tail(answers)
  const waiting = new Map()
  let seq = 0

  function tell(command, args) {
    seq++
    writeSync(pipe, `${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`)
  }

  function ask(command, args) {
    tell(command, args)
    return new Promise(resolve => waiting.set(seq, resolve))
  }

  function hear(line) {
    const message = line.startsWith('{') ? JSON.parse(line) : {}
    if (message.type !== 'response') return
    waiting.get(message.request_seq)?.(message)
    waiting.delete(message.request_seq)
  }

  setInterval(() => readLines().forEach(hear), LOOK_EVERY_MS)
  return { tell, ask }
}

/** A function that gives the lines that were appended since it was last called. */
function tail(path) {
  const file = openSync(path, 'a+')
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(64 * 1024)
  let offset = 0
  let rest = ''
  return () => {
    for (let length = 1; length > 0; offset += length) {
      length = readSync(file, chunk, 0, chunk.length, offset)
      rest += decoder.write(chunk.subarray(0, length))
    }
    const lines = rest.split('\n')
    rest = lines.pop()
    return lines.map(line => line.trim())
  }
}
