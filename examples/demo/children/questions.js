import { readFileSync } from 'node:fs'

/** What an editor asks tsserver about a file, with a place in it for each. */
export function questionsAbout(file) {
  const text = readFileSync(file, 'utf8')
  const about = (command, word) => ({ command, args: { file, ...placeOf(text, word) } })
  return [
    about('quickinfo', 'EventEmitter'),
    about('definition', 'resolveOptions'),
    about('completionInfo', 'this.'),
    about('references', 'ShutdownReport'),
    { command: 'navtree', args: { file } },
  ]
}

/** As tsserver counts: lines and columns from 1, here just after the word. */
function placeOf(text, word) {
  const at = text.indexOf(word)
  if (at === -1) throw new Error(`there is no ${word} to ask about`)
  const lines = text.slice(0, at + word.length).split('\n')
  return { line: lines.length, offset: lines.at(-1).length + 1 }
}
