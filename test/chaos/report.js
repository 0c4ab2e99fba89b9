/** What is told of a run: one line if all held, else all that helps to understand what did not. */

export function failure({ seed, invariant, people, faults, at }, stage) {
  const { host } = stage
  return [
    `chaos: seed ${seed} broke an invariant after ${at} s: ${invariant}`,
    ...people.map(describePerson),
    '-- the last faults',
    ...faults.slice(-15).map(({ at, fault, name }) => `   ${at} ${fault}: ${name}`),
    `-- the last events of host ${host?.n} (pid ${host?.pid})`,
    ...(host?.lastEvents ?? []).map(
      ({ at, type, message }) => `   ${new Date(at).toISOString().slice(14)} ${type}: ${message}`,
    ),
    ...(host?.stderr ?? []).map(line => `   stderr: ${line}`),
    `   its phases: ${[...(host?.phases ?? [])].map(([name, { phase, pid }]) => `${name} ${phase} ${pid}`).join(', ')}`,
  ].join('\n')
}

function describePerson({ pid, parent, session, state, name, n, command, unexplainedMs }) {
  const where = `pid ${pid}, parent ${parent}, session ${session}, state ${state}`
  return `   ${where}, child ${name} of host ${n}, unexplained for ${Math.round(unexplainedMs)} ms: ${command.slice(0, 120)}`
}

export function summary({ seed, faults, stage, observer, bystanders, seconds }) {
  const kinds = new Map()
  for (const { fault } of faults) kinds.set(fault, (kinds.get(fault) ?? 0) + 1)
  const total = word => stage.hosts.reduce((sum, { counts }) => sum + counts[word], 0)
  const byKind = [...kinds].sort(([, a], [, b]) => b - a).map(([fault, count]) => `${count} ${fault}`)
  const told = `${total('spawn')} lives, ${total('limit')} limits, ${total('kill')} kills, ${total('fault')} faults told`
  const around = `${stage.hosts.length} hosts, ${observer.seen} processes seen, ${bystanders.count} bystanders unharmed`
  return `chaos: seed ${seed} held for ${seconds} s: ${faults.length} faults, ${told}, ${around} (${byKind.join(', ')})`
}
