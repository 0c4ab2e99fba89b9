/** From outside, as a debugger does it: the child opens its inspector at SIGUSR1, is paused, and tells where it stands. */
import { isHotCall } from './hot.js'

/** null: it did not say so within `ms`. It stays paused. */
export async function pausedAtHotLine(stderr, ms) {
  const tooLate = new Promise(resolve => setTimeout(resolve, ms, null).unref())
  const frames = await Promise.race([tooLate, urlIn(stderr).then(pausedAt)])
  return frames && isHotCall(frames[0])
}

function urlIn(stderr) {
  let text = ''
  return new Promise(resolve => {
    stderr.on('data', piece => {
      text += piece
      const [, url] = /(ws:\S+)\s/.exec(text) ?? []
      if (url) resolve(url)
    })
  })
}

function pausedAt(url) {
  const socket = new WebSocket(url)
  const ask = (id, method) => socket.send(JSON.stringify({ id, method }))
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('its inspector cannot be reached'))
    socket.onopen = () => {
      ask(1, 'Debugger.enable')
      ask(2, 'Debugger.pause')
    }
    socket.onmessage = ({ data }) => {
      const { method, params } = JSON.parse(data)
      if (method !== 'Debugger.paused') return
      socket.close()
      resolve(params.callFrames)
    }
  })
}
