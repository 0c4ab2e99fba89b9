/** Starts a child in a process group and session of its own, with the heartbeat channel on an extra descriptor. */
import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import type { Socket } from 'node:net'
import { CHANNEL_ENV, CHANNEL_FD, HOST_ENV, LIFE_ENV } from '../wire/beats.js'
import type { ChildConfig } from '../wire/commands.js'
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
}

/** Throws if there is no file at `clientPath`: every module child would die of it. */
export function createLauncher(options: LauncherOptions): Launcher {
  const { clientPath, hostMark, attach, mark: begin = `${hostMark}:`, hub = null, socket = null } = options
  // Node gives a preloaded file its real path, and by that path the client finds itself among its process's execArgv.
  const client = realpathSync(clientPath)
  const preload = socket === null ? null : { client, socket, hostMark }
  let lives = 0
  return {
    launch(config, life, events) {
      const seats = config.client === 'environment' ? hub : null
      if (config.run.type === 'adopted') return meet(config.run, events, seats)
      const mark = `${begin}${++lives}:`
      const order = orderFor(config, config.run, client, { [HOST_ENV]: hostMark, [LIFE_ENV]: mark }, preload)
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
function meet({ pid, start }: { pid: number; start: string }, events: LaunchEvents, hub: Hub | null): Launched {
  queueMicrotask(() => events.spawned(pid, ageOf(start)))
  return hub?.seat(pid, events) ?? NOT_LAUNCHED
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
}

type Owned = Exclude<ChildConfig['run'], { type: 'adopted' }>

function orderFor(
  { args, env, cwd, client: how }: ChildConfig,
  run: Owned,
  client: string,
  marks: Readonly<Record<string, string>>,
  preload: Preload | null,
): Order {
  const marked = { ...env, [CHANNEL_ENV]: String(CHANNEL_FD), ...marks }
  if (run.type === 'command' && how === 'environment' && preload !== null) {
    // Several clients that inherit one channel would take each other's pings: none is told of it.
    const { [CHANNEL_ENV]: _, ...others } = env
    return { program: run.command, args, env: { ...others, ...marks, ...preloadEnv(preload, env.NODE_OPTIONS) }, cwd }
  }
  if (run.type === 'command') return { program: run.command, args, env: marked, cwd }
  return {
    program: process.execPath,
    args: ['--require', client, ...run.execArgv, run.module, ...args],
    argv0: run.argv0,
    env: nodeEnvironment(marked, process),
    cwd,
  }
}

/**
 * stdin is /dev/null unless it is asked for: several readers of one stdin take each other's lines, and a background group that
 * reads from the terminal is stopped. Inherited output is the host's own descriptor, so that it flows while the main thread is blocked.
 */
function start({ program, args, env, cwd, argv0 }: Order, { stdio, ipc, group }: ChildConfig): ChildProcess {
  const output = openOutput(stdio)
  try {
    return spawn(program, args, {
      cwd,
      env,
      argv0,
      detached: group === 'own' && process.platform !== 'win32',
      windowsHide: true,
      stdio: [stdio.stdin, output.stdout, output.stderr, 'pipe', ...(ipc === null ? [] : ['ipc' as const])],
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
  const channel = openChannel(child.stdio[CHANNEL_FD] as Socket, events)
  return hub === null ? channel : both(channel, hub.seat(pid, events))
}
