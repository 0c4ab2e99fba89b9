/** This process was forked with a channel: what its parent says is for the app, and what the app says is for its parent. */
import type { Serializable } from 'node:child_process'
import type { Log } from '../log.js'
import { HOSTING, type Watcher } from '../watcher.js'

/** Answers how to wait for what is on its way to the parent. */
export function relay(watcher: Watcher, log: Log): () => Promise<unknown> {
  const sending = new Set<Promise<void>>()
  const noHandles = once(() =>
    log.note('a handle that the parent sent was closed: only messages reach a supervised app'),
  )
  process.on('message', (message, handle: unknown) => {
    if (handle !== undefined) {
      close(handle)
      noHandles()
    }
    // Between two lives, or to an app that has closed its channel: as lost as without a host.
    watcher.send('worker', message).catch(() => {})
  })
  // Whoever lives by its channel alone ends with it, in this life or in the next.
  const disconnect = () => watcher[HOSTING].disconnect('worker')
  process.on('disconnect', disconnect)
  watcher.on('spawn', ({ child }) => child === 'worker' && !process.connected && disconnect())
  watcher.on('message', (message, { child }) => {
    if (child !== 'worker' || !process.connected) return
    const sent = new Promise<void>(resolve => process.send?.(message as Serializable, () => resolve()))
    sending.add(sent)
    void sent.then(() => sending.delete(sent))
  })
  return () => Promise.all(sending)
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}

function close(handle: unknown): void {
  const { destroy, close } = Object(handle) as { destroy?: () => void; close?: () => void }
  ;(destroy ?? close)?.call(handle)
}
