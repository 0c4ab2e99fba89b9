/** Starts a child in a process group and session of its own, with the heartbeat channel on an extra descriptor. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { realpathSync } from 'node:fs'
import type { Socket } from 'node:net'
import { CHANNEL_ENV, CHANNEL_FD, HOST_ENV, LIFE_ENV } from '../wire/beats.js'
import type { ChildConfig } from '../wire/commands.js'
import { LAST_INCIDENT_ENV } from '../wire/incident.js'
import { openChannel } from './beats.js'
import { nodeEnvironment } from './electron.js'
import { both, type Hub } from './hub.js'
import { ageOf } from './identity.js'
import { type Preload, preloadEnv } from './node-options.js'
import { openOutput } from './output.js'
import { refuseUnsafe } from './permissions.js'
import type { LaunchEvents, Launched, Launcher } from './ports.js'
import { type Attempt, spawnFailure } from './spawn-failure.js'
import type { Attach } from './traffic.js'
import { EVIDENCE_ENV, launched, prefixIn, sharedPrefix, WITNESS_ENV, withoutTestimony } from './witness.js'

export interface LauncherOptions {
  /** The compiled client (client.cjs), which module children preload. */
  readonly clientPath: string
  /** `pid:start` of the host: what its children carry, so that none of them becomes a host itself. */
  readonly hostMark: string
  /** What the marks of its children's lives begin with. Default: the host's. */
  readonly mark?: string
  /** Whoever has to do with its pipes and its IPC channel: told of each child as it is started. */
  readonly attach: Attach
  /** For children whose clients come by the environment; null: there are none. */
  readonly hub?: Hub | null
  readonly socket?: string | null
  /** The folder in which witnesses leave what they know; null: there are none. */
  readonly evidence?: string | null
}

/** Throws if there is no file at `clientPath`: every module child would die of it. */
export function createLauncher(options: LauncherOptions): Launcher {
  const { clientPath, hostMark, attach, mark: begin = `${hostMark}:`, hub = null, socket = null } = options
  const { evidence: folder = null } = options
  // Node gives a preloaded file its real path, and by that path the client finds itself among its process's execArgv.
  const client = realpathSync(clientPath)
  const preload = socket === null ? null : { client, socket, hostMark }
  let lives = 0
  return {
    launch(config, life, events, extra = {}) {
      const seats = config.client === 'environment' ? hub : null
      const isWitnessed = folder !== null && config.witness
      if (config.run.type === 'adopted') {
        const shared = isWitnessed && socket !== null ? sharedPrefix(folder, socket) : null
        return meet(config.run, events, seats, shared)
      }
      const mark = `${begin}${++lives}:`
      const evidence = isWitnessed ? prefixIn(folder, randomUUID()) : null
      const marks = { [HOST_ENV]: hostMark, [LIFE_ENV]: mark, ...extra }
      const order = orderFor(config, config.run, { client, marks, preload, evidence })
      try {
        if (config.run.type === 'command' && config.run.checked) refuseUnsafe(config.run.command)
        const child = start(order, config)
        if (child.pid !== undefined) attach(config, life, child, events.fault)
        return follow(child, mark, order, events, seats)
      } catch (error) {
        queueMicrotask(() => events.failed(spawnFailure(error, order)))
        return NOT_LAUNCHED
      }
    },
  }
}

/** It runs already. Its end is seen by its probe, or told by main. */
function meet(
  { pid, start }: { readonly pid: number; readonly start: string },
  events: LaunchEvents,
  hub: Hub | null,
  testimony: string | null,
): Launched {
  queueMicrotask(() => events.spawned(pid, ageOf(start)))
  return hub?.seat(pid, events, testimony) ?? NOT_LAUNCHED
}

const NOT_LAUNCHED: Launched = {
  send: () => false,
  hears: () => false,
  examine: () => false,
  testimony: null,
  close() {},
}

interface Order extends Attempt {
  readonly args: readonly string[]
  readonly argv0?: string | undefined
  /** What the files of its witnesses begin with; null: it has none. */
  readonly evidence: string | null
  /** The descriptor of its witness's channel; null: that has none, or is none. */
  readonly witnessFd: number | null
}

type Owned = Exclude<ChildConfig['run'], { type: 'adopted' }>

interface Given {
  readonly client: string
  readonly marks: Readonly<Record<string, string>>
  readonly preload: Preload | null
  readonly evidence: string | null
}

function orderFor(config: ChildConfig, run: Owned, { client, marks, preload, evidence }: Given): Order {
  const { args, cwd, client: how, ipc } = config
  // It may be the host's own.
  const { [LAST_INCIDENT_ENV]: _, ...env } = config.env
  const marked = { ...env, [CHANNEL_ENV]: String(CHANNEL_FD), ...marks }
  const unwitnessed = { args, cwd, evidence: null, witnessFd: null }
  if (run.type === 'command' && how === 'environment' && preload !== null) {
    // Several clients that inherit one channel would take each other's pings: none is told of it.
    const { [CHANNEL_ENV]: _, ...others } = env
    const preloaded = { ...others, ...marks, ...preloadEnv({ ...preload, evidence }, env.NODE_OPTIONS) }
    return { ...unwitnessed, program: run.command, env: preloaded, evidence }
  }
  if (run.type === 'command') return { ...unwitnessed, program: run.command, env: marked }
  const witnessFd = evidence === null ? null : CHANNEL_FD + (ipc === null ? 1 : 2)
  const witnessed: Record<string, string> =
    evidence === null ? {} : { [WITNESS_ENV]: String(witnessFd), [EVIDENCE_ENV]: evidence }
  return {
    program: process.execPath,
    args: ['--require', client, ...run.execArgv, run.module, ...args],
    argv0: run.argv0,
    env: nodeEnvironment({ ...marked, ...witnessed }, process),
    ...{ cwd, evidence, witnessFd },
  }
}

/**
 * stdin is /dev/null unless it is asked for: several readers of one stdin take each other's lines, and a background group that
 * reads from the terminal is stopped. Inherited output is the host's own descriptor, so that it flows while the main thread is blocked.
 */
function start(order: Order, { stdio, ipc, group }: ChildConfig): ChildProcess {
  const { program, args, env, cwd, argv0, witnessFd } = order
  const output = openOutput(stdio)
  const channels = [
    'pipe' as const,
    ...(ipc === null ? [] : ['ipc' as const]),
    ...(witnessFd === null ? [] : ['pipe' as const]),
  ]
  try {
    return spawn(program, args, {
      cwd,
      env,
      argv0,
      detached: group === 'own' && process.platform !== 'win32',
      windowsHide: true,
      stdio: [stdio.stdin, output.stdout, output.stderr, ...channels],
      serialization: ipc ?? undefined,
    })
  } finally {
    output.close()
  }
}

function follow(child: ChildProcess, mark: string, order: Order, events: LaunchEvents, hub: Hub | null): Launched {
  const { pid } = child
  // With a pid the child runs, and an error is about something else, such as a signal that could not be sent.
  child.on('error', error => {
    if (pid === undefined) events.failed(spawnFailure(error, order))
  })
  if (pid === undefined) {
    // Out of descriptors there are not even streams, whatever the types say.
    for (const stream of child.stdio ?? []) stream?.destroy()
    return NOT_LAUNCHED
  }
  // Not Node's 'spawn' event, which is a turn of the loop away: nobody would know of the child until then.
  queueMicrotask(() => events.spawned(pid, 0, mark))
  // Not 'close': a grandchild may hold the streams open long after.
  child.on('exit', (code, signal) => events.exited(code, signal))
  const { evidence, witnessFd } = order
  const witness = witnessFd === null ? null : (child.stdio[witnessFd] as Socket)
  const channel = openChannel(child.stdio[CHANNEL_FD] as Socket, withoutTestimony(events))
  const one = launched(channel, witness, evidence, events)
  return hub === null ? one : both(one, hub.seat(pid, events, evidence))
}
