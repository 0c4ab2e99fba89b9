/** What is mutated, and the lowest score of each area in percent. A file belongs to the first area that it matches. */
import { readdirSync } from 'node:fs'

export const AREAS = {
  masking: { files: /^lib\/core\/(mask[^/]*|secret-names|shell-words)\.ts$/, minimum: 90 },
  core: { files: /^lib\/core\//, minimum: 92 },
  options: { files: /^lib\/options\//, minimum: 85 },
  supervisor: { files: /^lib\/supervisor\//, minimum: 85 },
}

export function areaOf(file) {
  return Object.keys(AREAS).find(name => AREAS[name].files.test(file))
}

/** The files of the areas that the words name, and the files whose path contains a word. All files without words. */
export function selectSources(words) {
  const all = readdirSync('lib', { recursive: true })
    .map(file => `lib/${file.replaceAll('\\', '/')}`)
    .filter(file => file.endsWith('.ts') && areaOf(file) !== undefined)
    .sort()
  if (words.length === 0) return all
  return all.filter(file => words.some(word => (word in AREAS ? areaOf(file) === word : file.includes(word))))
}
