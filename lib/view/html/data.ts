/** What the script of an incident's page draws; it stands in the page as JSON. */
import type { ProfileNode } from '../../wire/evidence.js'
import type { Incident } from '../../wire/incident.js'
import { type Curve, curvesOf, type Mark, marksOf } from '../curves.js'
import { nameOf, placeOf } from '../words.js'

export interface PageData {
  readonly curves: readonly Curve[]
  readonly marks: readonly Mark[]
  readonly flames: readonly (Flame | null)[]
}

/** Whose code a frame is, which is what its colour says. */
export type Origin = 'own' | 'package' | 'node' | 'other'

export interface Flame {
  readonly name: string
  readonly place: string
  readonly origin: Origin
  /** Samples in itself. */
  readonly value: number
  readonly children: readonly Flame[]
}

export const dataOf = (incident: Incident): PageData => ({
  curves: curvesOf(incident),
  marks: marksOf(incident),
  flames: incident.evidence.node.map(({ profile }) => profile && flameOf(profile.root, incident.child.cwd)),
})

function flameOf({ frame, self, children }: ProfileNode, cwd: string): Flame {
  return {
    name: nameOf(frame),
    place: placeOf(frame, cwd),
    origin: originOf(frame.file),
    value: self,
    children: children.map(child => flameOf(child, cwd)),
  }
}

function originOf(file: string): Origin {
  if (file === '' || file.startsWith('osqwatch:')) return 'other'
  if (file.startsWith('node:')) return 'node'
  return /[\\/]node_modules[\\/]/.test(file) ? 'package' : 'own'
}
