/** Where and with what a benchmark ran. Nothing in it tells whose machine it was. */
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { ROOT } from './places.js'

const GIB = 2 ** 30

export function machine() {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / GIB),
    kernel: `${os.type()} ${os.release().replace(/-.*/, '')}`,
  }
}

/** `rivals`: packages that were measured beside it. */
export function versions(rivals = []) {
  const found = { node: process.versions.node, osqwatch: manifest('').version }
  for (const name of rivals) found[name] = rivalVersion(name)
  return found
}

/** The library's own dependencies win: they are what it runs with. */
function rivalVersion(name) {
  try {
    return manifest(`node_modules/${name}/`).version
  } catch {
    return manifest(`benchmarks/node_modules/${name}/`).version
  }
}

const manifest = folder => JSON.parse(readFileSync(`${ROOT}${folder}package.json`, 'utf8'))
