/**
 * Secrets in a text that anybody may have written: output, a report, a command inside a command. What looks like a secret is
 * masked, also where it is none. Each pattern is bounded, so that no text makes the search long.
 */
import { isSecret, MASK, secrecyOf } from './secret-names.js'

export function maskText(text: string): string {
  return MASKS.reduce((masked, mask) => mask(masked), text)
}

const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/
const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/

/** A text that was cut may have the end of a key alone, or its beginning. */
function maskPrivateKeys(text: string): string {
  const end = KEY_END.exec(text)
  const isCut = end !== null && !KEY_BEGIN.test(text.slice(0, end.index))
  const whole = isCut ? MASK + text.slice(end.index + end[0].length) : text
  return whole.replace(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    MASK,
  )
}

/** `Authorization: Basic …`, `Cookie: …`, `X-Api-Key: …`: to the end of the line, or of the quotes that it is in. */
const maskHeaders = (text: string) =>
  text.replace(
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,40}(?:key|token|auth|secret)[\w-]{0,40})(\s{0,4}:\s{0,4})([^\r\n'"]+)/gi,
    `$1$2${MASK}`,
  )

/** What follows a name: `begin` finds it and the place where its value begins, `endOf` the value's end. */
function maskValues(
  text: string,
  begin: RegExp,
  endOf: (text: string, at: number, found: RegExpExecArray) => number,
  isMasked: (name: string, value: string) => boolean = isSecret,
): string {
  let masked = ''
  let done = 0
  begin.lastIndex = 0
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    const at = begin.lastIndex
    // What stands before a value may stand before the next name as well.
    begin.lastIndex = at - 1
    const name = found.groups?.name ?? ''
    if (secrecyOf(name) === 'none') continue
    const end = endOf(text, at, found)
    if (!isMasked(name, text.slice(at, end))) continue
    masked += text.slice(done, at) + MASK
    done = end
    begin.lastIndex = Math.max(end, at)
  }
  return masked + text.slice(done)
}

const endBy = (pattern: RegExp) => (text: string, at: number) => {
  pattern.lastIndex = at
  pattern.exec(text)
  return pattern.lastIndex
}

/** A word, or all that is quoted. */
const endOfWord = endBy(/"[^"]*(?:"|$)|'[^']*(?:'|$)|\S*/y)
/** With signs in it that are escaped. */
const endOfString = endBy(/(?:[^"\\]|\\[\s\S])*/y)
const endOfParameter = endBy(/[^\s&#"']*/y)

/** `"password": "…"`, as in JSON, also in JSON that is a string itself. */
const FIELD = /(\\{0,4}["'])(?<name>[\w.-]{1,80})\1\s{0,8}:\s{0,8}(?<quote>\\{0,4}["'])/g
const maskFields = (text: string) =>
  maskValues(text, FIELD, (text, at, { groups }) => {
    const { quote = '' } = groups ?? {}
    if (quote === '"') return endOfString(text, at)
    const end = text.indexOf(quote, at)
    return end === -1 ? text.length : end
  })

/** `password: …` of names that can mean nothing else. */
const COLON = /(?<name>[\w.-]{1,80})\s{0,2}:\s{1,4}(?!["'])/g
const maskColons = (text: string) => maskValues(text, COLON, endOfWord, name => secrecyOf(name) === 'strong')

/** `--token …` */
const FLAG = /(?<![\w-])(?<name>--?[A-Za-z][\w.-]{1,80})\s{1,8}(?!-)/g
const maskFlags = (text: string) => maskValues(text, FLAG, endOfWord)

/** `TOKEN=…`, `--token=…`, `--env=TOKEN=…`. A parameter of a URL ends where the next one begins. */
const PAIR = /(?<before>^|[^\w.-])(?<name>[\w.-]{1,80})=/g
const maskPairs = (text: string) =>
  maskValues(text, PAIR, (text, at, { groups }) =>
    /[?&#]/.test(groups?.before ?? '') ? endOfParameter(text, at) : endOfWord(text, at),
  )

/** `postgres://user:password@host`; and who is named by a token alone. */
const maskUrls = (text: string) =>
  text
    .replace(/\b([a-z][a-z\d+.-]{0,20}:\/\/[^\s:@/]{0,256}):([^\s/]+)@/gi, `$1:${MASK}@`)
    .replace(/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s:@/]{20,512}@/gi, `$1${MASK}@`)

/** `Bearer …`; a word that follows `Basic` is one of people's unless it has a digit, a sign, or a capital within. */
const maskSchemes = (text: string) =>
  text
    .replace(/\b(bearer)(\s{1,4})[\w.~+/-]{6,}=*/gi, `$1$2${MASK}`)
    .replace(/\b([Bb]asic)(\s{1,4})(?=[A-Za-z+/]{0,512}(?:\d|=|[a-z][A-Z]|[A-Z]{2}))[\w+/]{6,}=*/g, `$1$2${MASK}`)

/** What gives itself away. */
const TOKENS = [
  String.raw`gh[opsru]_\w{16,512}`,
  String.raw`github_pat_\w{16,512}`,
  String.raw`glpat-[\w-]{16,512}`,
  String.raw`sk-(?=[\w-]{0,256}\d)[\w-]{16,512}`,
  String.raw`[rs]k_(?:live|test)_\w{10,512}`,
  String.raw`xox[a-z]-[\w-]{8,512}`,
  String.raw`A[KS]IA[A-Z\d]{12,128}`,
  String.raw`AIza[\w-]{30,128}`,
  String.raw`npm_\w{30,128}`,
  String.raw`hf_\w{20,128}`,
  String.raw`eyJ[\w-]{8,4096}\.[\w-]{2,4096}(?:\.[\w-]{0,4096})?`,
]
const TOKEN = new RegExp(`(?<![A-Za-z\\d])(?:${TOKENS.join('|')})`, 'g')
const maskTokens = (text: string) => text.replace(TOKEN, MASK)

const MASKS = [
  maskPrivateKeys,
  maskHeaders,
  maskFields,
  maskColons,
  maskFlags,
  maskPairs,
  maskUrls,
  maskSchemes,
  maskTokens,
] as const
