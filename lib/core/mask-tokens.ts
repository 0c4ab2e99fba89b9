/** Tokens that give themselves away in a text, by how they begin. */
import { MASK } from './secret-names.js'

const BEGIN = '(?<![A-Za-z\\d])'
/** What is read so far can begin nothing else. */
const SURE = new RegExp(
  `${BEGIN}(?:${[
    String.raw`gh[opsru]_\w{16,}`,
    String.raw`github_pat_\w{16,}`,
    String.raw`glpat-[\w-]{16,}`,
    String.raw`[rs]k_(?:live|test)_\w{10,}`,
    String.raw`xox[a-z]-[\w-]{8,}`,
    String.raw`A[KS]IA[A-Z\d]{12,}`,
    String.raw`AIza[\w-]{30,}`,
    String.raw`npm_\w{30,}`,
    String.raw`hf_\w{20,}`,
  ].join('|')})`,
  'g',
)
/**
 * It shows at the end only whether it is one: by a digit, or by a dot and what follows. It is read to there in any case:
 * if it is none, neither is what begins within it, and the search goes on behind it.
 */
const SK = new RegExp(String.raw`${BEGIN}sk-[\w-]{16,}`, 'g')
const JWT = new RegExp(String.raw`${BEGIN}eyJ[\w-]{8,}(?<rest>\.[\w-]{2,}(?:\.[\w-]*)?)?`, 'g')

const KINDS: readonly (readonly [RegExp, (found: RegExpExecArray) => boolean])[] = [
  [SURE, () => true],
  [SK, ([token]) => /\d/.test(token)],
  [JWT, ({ groups }) => groups?.rest !== undefined],
]

/** One may have the beginning of another in it: all are found in the text as it was. */
export function maskTokens(text: string): string {
  const spans = KINDS.flatMap(([kind, isToken]) => spansOf(text, kind, isToken))
  let masked = ''
  let done = 0
  for (const { at, end } of spans.sort((one, other) => one.at - other.at)) {
    if (at >= done) masked += text.slice(done, at) + MASK
    done = Math.max(done, end)
  }
  return masked + text.slice(done)
}

function spansOf(
  text: string,
  kind: RegExp,
  isToken: (found: RegExpExecArray) => boolean,
): { at: number; end: number }[] {
  const spans = []
  kind.lastIndex = 0
  for (let found = kind.exec(text); found !== null; found = kind.exec(text))
    if (isToken(found)) spans.push({ at: found.index, end: kind.lastIndex })
  return spans
}
