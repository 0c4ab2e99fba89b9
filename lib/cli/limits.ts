/** The limits in force, and where each was set. */
import type { Command } from 'commander'
import { LIMIT_NAMES, OFF } from '../core/limit-table.js'
import { formatLimit } from '../core/limit-values.js'
import type { LimitName, Policy } from '../core/model.js'
import { formatBytes } from '../core/units.js'
import { machine } from '../os/machine.js'
import { resolveSettings, type Settings } from '../settings/index.js'
import type { ChildConfig } from '../wire/commands.js'
import { type Order, orderOf } from './order.js'
import { SettingsCommand } from './settings-command.js'

export function addLimits(program: Command) {
  const limits = new SettingsCommand('limits')
    .copyInheritedSettings(program)
    .description('show the limits that run with the same options would have, and where each was set')
    .usage('[options]')
    .action((command: string[], { json, live: _, ...given }: Record<string, unknown>) => {
      const order = orderOf(given, { command, log: undefined, runs: false })
      const worker = { command: command[0] ?? 'app' }
      const { config, warnings } = resolveSettings(order.settings, { worker, extensions: order.extensions }, machine())
      for (const line of [...order.settings.notes, ...warnings]) process.stderr.write(`osqwatch: ${line}\n`)
      process.stdout.write(json === true ? asJson(config.children) : asTable(config.children, order))
    })
  program.addCommand(limits)
}

/** An object a child. Off is null, since JSON has no infinity. */
function asJson(children: readonly ChildConfig[]): string {
  const told = children.map(({ name, kind, policy }) => {
    const limits = LIMIT_NAMES.map(limit => [limit, { value: policy[limit], from: policy.sources[limit] }])
    const { level, restart, enforce, hardFootprint: footprint, hardTotal: total } = policy
    return { name, kind, level, restart, enforce, limits: Object.fromEntries(limits), hard: { footprint, total } }
  })
  return `${JSON.stringify(told, null, 2)}\n`
}

type Row = readonly [name: string, value: string, from: string]

/** The worker's limits, and of each extension what differs. */
function asTable(children: readonly ChildConfig[], { settings }: Order): string {
  const [worker, ...extensions] = children
  if (worker === undefined) return ''
  const own = LIMIT_NAMES.map(name => rowOf(name, worker.policy))
  const rows = [...headOf(settings, worker.policy), ...own]
  const others = extensions.map(
    child => `\nextension ${child.name}\n${aligned(different(child.policy, worker.policy))}`,
  )
  return [aligned(rows), ...others].join('')
}

function headOf({ level, disabled, from }: Settings, { restart, enforce }: Policy): Row[] {
  const head: Row[] = [
    ['level', level, from.level ?? implied(level)],
    ['restart', restart, from.restart ?? `level ${level}`],
    ['enforce', yesOrNo(enforce), from.enforce ?? 'default'],
  ]
  return disabled ? [['watched', 'no', from.disabled ?? ''], ...head] : head
}

const yesOrNo = (is: boolean) => (is ? 'yes' : 'no')
const implied = (level: string) => (level === 'app' ? 'default' : "osquery's flags")

function different(policy: Policy, than: Policy): Row[] {
  const judged: Row[] = policy.judged ? [] : [['–', 'not judged', 'watchExtensions']]
  const enforced: Row[] = policy.enforce === than.enforce ? [] : [['enforce', yesOrNo(policy.enforce), 'its own']]
  const others = LIMIT_NAMES.filter(name => policy.sources[name] !== than.sources[name])
  return [...judged, ...enforced, ...others.map(name => rowOf(name, policy))]
}

const rowOf = (name: LimitName, policy: Policy): Row => [name, shown(name, policy), policy.sources[name]]

/** By default `memoryHard` is twice each of the other two, in its own measure. */
function shown(name: LimitName, policy: Policy): string {
  if (name !== 'memoryHard' || policy.memoryHard !== OFF) return formatLimit(name, policy[name])
  const grown = policy.hardFootprint === OFF ? [] : [`${formatBytes(policy.hardFootprint)} grown`]
  const total = policy.hardTotal === OFF ? [] : [`${formatBytes(policy.hardTotal)} in all`]
  return [...grown, ...total].join(', ') || 'off'
}

function aligned(rows: readonly Row[]): string {
  const width = (column: 0 | 1) => Math.max(0, ...rows.map(row => row[column].length))
  const [names, values] = [width(0), width(1)]
  return rows.map(([name, value, from]) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${from}\n`).join('')
}
