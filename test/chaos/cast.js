/** Who is supervised: about thirty children of every kind. The host starts them, and the faults are drawn for them by name. */
import { fileURLToPath } from 'node:url'

/** What carries the run's mark: PATH, the one variable that everybody hands on, the guard too. */
export const markOf = run => `/chaos-${run}-host-`
/** Which child a process was started as. */
export const NAME_ENV = 'CHAOS_CHILD'
/** The folder where a child that gets SIGUSR2 finds, under its pid, what it is to do. */
export const ORDERS_ENV = 'CHAOS_ORDERS'

export const LIMITS = {
  ...{ interval: '1s', delay: 0, warnDelay: 200, forcedShutdownDelay: '1s', stopTimeout: '2s' },
  ...{ heartbeatInterval: 250, heartbeatLimit: '2.5s', extendLimit: '4s' },
  ...{ respawnLimit: 'off', respawnMaxDelay: '1s' },
}
/** From the first sign that a child is to end to its SIGKILL, and that again for what it leaves behind. */
export const LONGEST_LADDER_MS = 2 * (200 + 2000 + 1000)
export const FORCED_SHUTDOWN_DELAY_MS = 1000

/** Storms are what is wanted here. */
export const STORMY = { respawnsPerMinute: 'off', killsPerMinute: 'off' }

const NODE = fileURLToPath(new URL('./child.cjs', import.meta.url))
const LISTENING = `trap '. "$${ORDERS_ENV}/$$"' USR2; `
const WAITING = 'while :; do sleep 1 & wait $!; done'

const shell = script => ({ command: 'sh', args: ['-c', LISTENING + script] })

/** A row a kind: how many there are, how each of them is started, and which `restart` they take, one after the other. */
const KINDS = {
  node: {
    count: 6,
    spec: { module: NODE, limits: { memoryTotal: '120MB' } },
    restart: ['always', 'on-failure', 'never'],
  },
  talker: { count: 2, spec: { module: NODE, stdio: 'pipe', limits: { memory: '60MB' } }, restart: ['always'] },
  shadow: {
    count: 2,
    spec: { module: NODE, limits: { memoryTotal: '120MB' }, enforce: false },
    restart: ['always'],
  },
  tree: {
    count: 5,
    spec: { ...shell(`sh -c "sleep 901 & sleep 902 & wait" & sleep 903 & ${WAITING}`), limits: { memory: '80MB' } },
    restart: ['always', 'on-failure'],
  },
  beating: {
    count: 2,
    spec: shell('while :; do echo WATCHDOG=1 >&3; sleep 0.5 & wait $!; done'),
    restart: ['always', 'on-failure'],
  },
  wrapper: {
    count: 2,
    spec: { ...shell(`"${process.execPath}" "${NODE}" & wait $!; ${WAITING}`), preload: true },
    restart: ['always'],
  },
  plain: { count: 8, spec: { command: 'sleep', args: ['904'] }, restart: ['always', 'on-failure', 'never'] },
  brief: { count: 4, spec: shell('sleep 2 & wait $!; exit 0'), restart: ['always'] },
  failing: { count: 2, spec: shell('sleep 1 & wait $!; exit 1'), restart: ['on-failure'] },
}

export const CAST = Object.entries(KINDS).flatMap(([kind, { count, restart }]) =>
  Array.from({ length: count }, (_, n) => ({ name: `${kind}-${n}`, kind, restart: restart[n % restart.length] })),
)
/** Whatever it does, no limit is enforced. */
export const isShadowed = name => /^(extra-)?shadow/.test(name)
/** They come and go by `add` and `remove`. */
export const EXTRAS = Object.keys(KINDS).map(kind => ({ name: `extra-${kind}`, kind, restart: 'on-failure' }))

export function optionsOf({ name, kind, restart }) {
  return { stdio: 'ignore', ...KINDS[kind].spec, restart, env: { [NAME_ENV]: name } }
}
