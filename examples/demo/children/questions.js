import { readFileSync } from 'node:fs'

/** What an editor asks tsserver about a file, with a place in it for each. Any file will do that has imports and a class. */
export function questionsAbout(file) {
  const text = readFileSync(file, 'utf8')
  const about = (command, word) => ({ command, args: { file, ...placeOf(text, word) } })
  const [first, second, ...others] = importedBy(text)
  return [
    about('quickinfo', first),
    about('definition', second),
    about('completionInfo', 'this.'),
    about('references', others.at(-1)),
    { command: 'navtree', args: { file } },
  ]
}

/** The first name of each import: names that stay what they are while the file changes. */
const importedBy = text => [...text.matchAll(/^import (?:type )?\{ (?:type )?(\w+)/gm)].map(([, name]) => name)

/** As tsserver counts: lines and columns from 1, here just after the word. */
function placeOf(text, word) {
  const at = text.indexOf(word)
  if (at === -1) throw new Error(`there is no ${word} to ask about`)
  const lines = text.slice(0, at + word.length).split('\n')
  return { line: lines.length, offset: lines.at(-1).length + 1 }
}
