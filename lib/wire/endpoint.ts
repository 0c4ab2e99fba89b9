import type { MessagePort } from 'node:worker_threads'
import type { Endpoint } from 'comlink'
// @ts-expect-error Comlink has this file's types for CommonJS only
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

/** Node's MessagePort as Comlink wants it. */
export const endpoint = nodeEndpoint as (port: MessagePort) => Endpoint
