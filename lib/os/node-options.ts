/** The client by environment: Node programs that somebody else starts, and those behind a wrapper, preload it, too. */
import { HOST_ENV, SOCKET_ENV } from '../wire/beats.js'
import { EVIDENCE_ENV } from './witness.js'

export interface Preload {
  /** The compiled client: its real path. */
  readonly client: string
  readonly socket: string
  readonly hostMark: string
  /** What the files of witnesses begin with; null: nobody is to have one. */
  readonly evidence?: string | null
}

/** `nodeOptions`: what is there already. The client comes first, and once. */
export function preloadEnv(
  { client, socket, hostMark, evidence = null }: Preload,
  nodeOptions = '',
): Record<string, string> {
  // As Node reads it: within quotes a backslash takes the next character as it is.
  const require = `--require "${client.replace(/["\\]/g, '\\$&')}"`
  const options = nodeOptions.includes(require) ? nodeOptions : `${require} ${nodeOptions}`.trimEnd()
  const witnessed: Record<string, string> = evidence === null ? {} : { [EVIDENCE_ENV]: evidence }
  return { NODE_OPTIONS: options, [SOCKET_ENV]: socket, [HOST_ENV]: hostMark, ...witnessed }
}
