/** The script and the style of an incident's page, as the build left them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Assets } from '../view/html/index.js'

export function assets(): Assets {
  const root = dirname(createRequire(import.meta.url).resolve('osqwatch/package.json'))
  const read = (name: string) => hashed(readFileSync(join(root, 'dist/page', name), 'utf8'))
  return { script: read('incident.js'), style: read('incident.css') }
}

const hashed = (text: string) => ({ text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` })
