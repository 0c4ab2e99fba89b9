import { hasProc } from '../identity.js'
import type { Sampler } from '../ports.js'
import { createPidusageSampler } from './pidusage.js'
import { createProcfsSampler } from './procfs.js'

/** `auto`: /proc where there is one, else pidusage. */
export function createSampler(choice: 'auto' | 'pidusage'): Sampler {
  return choice === 'auto' && hasProc ? createProcfsSampler() : createPidusageSampler()
}
