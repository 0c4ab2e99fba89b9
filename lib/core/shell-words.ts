/** Command lines for people, as a POSIX shell would take them. */

/** Words that mean nothing else to a shell than themselves. */
const PLAIN = /^[\w@%+=:,./-]+$/

export const quoteWord = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

export const quoteWords = (words: readonly string[]): string => words.map(quoteWord).join(' ')

/** The words of a line that `quoteWords` has written, or that was cut: what is not quoted to its end is a word, too. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word = ''
  let isWord = false
  for (const [piece, quoted, escaped] of line.matchAll(/'([^']*)(?:'|$)|\\([\s\S]?)|\s+|[^'\\\s]+/g)) {
    if (/^\s/.test(piece)) {
      if (isWord) words.push(word)
      word = ''
      isWord = false
    } else {
      word += quoted ?? escaped ?? piece
      isWord = true
    }
  }
  return isWord ? [...words, word] : words
}
