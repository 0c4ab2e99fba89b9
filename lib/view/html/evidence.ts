/** Stacks, profiles, exceptions, heaps; and what the system told of each process. */
import type { NodeEvidence } from '../../wire/evidence.js'
import type { Incident } from '../../wire/incident.js'
import { allocationsWords, askedOf, heapOf, hottestOf, profileWords, stackOf } from '../inside.js'
import { mappingsOf, stateWords, threadsOf } from '../outside.js'
import { folded, pairs, quote, section, table } from './blocks.js'
import { html, type Markup } from './markup.js'

export const insideOf = (incident: Incident): (Markup | null)[] =>
  incident.evidence.node.map((node, n) => ofProcess(node, n, incident))

function ofProcess(node: NodeEvidence, n: number, incident: Incident): Markup | null {
  const { cwd } = incident.child
  const from = html`<p class="aside">From inside of ${askedOf(node, incident)}.</p>
`
  const stack =
    node.stack === null ? null : table(stackOf(node.stack, cwd), 'Stack of the main thread, innermost first')
  return section(
    `inside-${n}`,
    titleOf(node),
    from,
    node.error && quote(node.error.stack || node.error.message, 'The exception'),
    // An exception's own stack says the same, and more.
    node.error === null ? stack : folded('Its stack as a table', stack),
    node.profile && flame(node.profile, n, cwd),
    node.allocations && kept(node.allocations, cwd),
    pairs(heapOf(node)),
    node.notes.length === 0
      ? null
      : html`<p class="aside">${node.notes.join('; ')}</p>
`,
  )
}

function titleOf({ error, trigger }: NodeEvidence): string {
  if (error !== null) return 'The exception'
  return trigger === 'heap' ? 'Where it was as its heap ran out' : 'Where it was'
}

function flame(profile: NonNullable<NodeEvidence['profile']>, n: number, cwd: string): Markup {
  const hottest = hottestOf(profile.root, cwd)
  const [first] = hottest.rows
  const words = first === undefined ? 'no samples' : `${first[0]} of the time in ${first[2]} ${first[3]}`
  return html`<figure><figcaption><h3>What its time went into</h3>
<p class="legend">${profileWords(profile)}, callers above those whom they call:
<span class="entry"><span class="key own"></span> its own code</span> <span class="entry"><span class="key package"></span> packages</span>
<span class="entry"><span class="key node"></span> Node</span> <span class="entry"><span class="key other"></span> the engine</span></p></figcaption>
<div class="scroll flame" tabindex="0" role="img" aria-label="Flame graph: ${words}" data-flame="${n}"></div>
<p class="readout"><output data-details="${n}">Click a frame to look closer; the top one shows all again.</output></p></figure>
${table(hottest, 'The functions that most time went into')}`
}

function kept(allocations: NonNullable<NodeEvidence['allocations']>, cwd: string): Markup | null {
  const most = table(hottestOf(allocations.root, cwd), 'The functions that took most memory of the heap')
  return (
    most &&
    html`<h3>Who took memory that it kept</h3>
<p class="legend">${allocationsWords(allocations)}, of its JavaScript heap</p>
${most}`
  )
}

export function processesOf({ evidence }: Incident): (Markup | null)[] {
  return evidence.processes.map(looked => {
    const { pid, state, wchan } = looked
    const sleeps = wchan === null ? '' : `, in the kernel's ${wchan}`
    const tables = [
      table(threadsOf(looked), `Threads of pid ${pid}`),
      table(mappingsOf(looked), `Largest mappings of pid ${pid}`),
    ]
    return folded(`pid ${pid}: ${stateWords(state)}${sleeps}`, html`${tables}`)
  })
}
