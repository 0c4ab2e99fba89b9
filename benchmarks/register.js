/** What it costs to put osqwatch in front of an app that knows nothing of it. */
import { existsSync } from 'node:fs'
import { alone } from './lib/report.js'
import { report } from './register/report.js'
import { APPS, REGISTER, rounds } from './register/rounds.js'

export const title = 'node --import osqwatch/register, against bare node'

export async function measure({ quick, log }) {
  if (!existsSync(REGISTER)) throw new Error(`${REGISTER} is not there`)
  const found = {}
  for (const app of Object.keys(APPS)) {
    log(`register: ${app}`)
    found[app] = await rounds(app, quick ? 4 : 24)
  }
  return { name: 'register', title, ...report(found) }
}

if (process.argv[1] === import.meta.filename) await alone(measure)
