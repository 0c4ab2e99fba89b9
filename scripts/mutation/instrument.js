/** Stryker's instrumenter: all mutants of a file in one text, each behind a switch. */
import { readFileSync } from 'node:fs'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { areaOf } from './areas.js'

const ignore = () => {}
const LOGGER = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => true, isErrorEnabled: () => true, isFatalEnabled: () => true },
  ...{ trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error, fatal: console.error },
}

/** Returns the instrumented text by file, and the mutants. `paths` are relative to the working directory. */
export async function instrument(paths) {
  const files = paths.map(name => ({ name, mutate: true, content: readFileSync(name, 'utf8') }))
  const originals = new Map(files.map(({ name, content }) => [name, content]))
  const result = await new Instrumenter(LOGGER).instrument(files, {
    plugins: null,
    ignorers: [],
    excludedMutations: [],
    // The functions that it would define in each file are globals of worker.js.
    noHeader: true,
  })
  if (!result.files.every(({ content }) => !content.includes('stry') || content.includes('9fa48')))
    throw new Error('another version of the instrumenter: it calls functions that worker.js does not define')
  return {
    contents: new Map(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.filter(({ status }) => status !== 'Ignored').map(mutant => describe(mutant, originals)),
  }
}

function describe({ id, fileName, location: { start, end }, mutatorName, replacement }, originals) {
  const original = textBetween(originals.get(fileName), start, end)
  return {
    id,
    file: fileName,
    area: areaOf(fileName),
    line: start.line + 1,
    column: start.column + 1,
    mutator: mutatorName,
    original,
    replacement,
    status: 'pending',
  }
}

function textBetween(text, start, end) {
  const lines = text.split('\n').slice(start.line, end.line + 1)
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column)
  lines[0] = lines[0].slice(start.column)
  return lines.join('\n')
}
