/** The client by environment: Node programs that somebody else starts, and those behind a wrapper, preload it, too. */
import { HOST_ENV, SOCKET_ENV } from '../wire/beats.js'

export interface Preload {
  /** The compiled client: its real path. */
  readonly client: string
  readonly socket: string
  readonly hostMark: string
}

/** `nodeOptions`: what is there already. The client comes first, and once. */
export function preloadEnv({ client, socket, hostMark }: Preload, nodeOptions = ''): Record<string, string> {
  // As Node reads it: within quotes a backslash takes the next character as it is.
  const require = `--require "${client.replace(/["\\]/g, '\\$&')}"`
  const options = nodeOptions.includes(require) ? nodeOptions : `${require} ${nodeOptions}`.trimEnd()
  return { NODE_OPTIONS: options, [SOCKET_ENV]: socket, [HOST_ENV]: hostMark }
}
