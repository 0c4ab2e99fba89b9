/**
 * Secrets in a text that anybody may have written: output, a report, a command inside a command. What looks like a secret is
 * masked, also where it is none.
 *
 * It may have been written to make the search long as well. So what comes after a name is found by the sign between them
 * (`:`, `=`, a space), and the name by looking back from there: no sign is part of a name, so that no letter is looked at
 * for more than one of them.
 */
import { maskTokens } from './mask-tokens.js'
import { isSecretOf, MASK, type Secrecy, secrecyOf } from './secret-names.js'

/** Of a token: a command line has many words that are shorter. */
const FEWEST_CHARS = 12

export function maskText(text: string): string {
  const masked = SIGNED.reduce((masked, [sign, mask]) => (masked.includes(sign) ? mask(masked) : masked), text)
  return masked.length < FEWEST_CHARS ? masked : maskTokens(masked)
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
    /:(?<=\b(?:authorization|cookie|x-[\w-]{0,40}(?:key|token|auth|secret)[\w-]{0,40})\s{0,4}:)(\s{0,4})[^\r\n'"]+/gi,
    `:$1${MASK}`,
  )

/** What follows a name: `begin` finds the sign after it and the place where its value begins, `endOf` the value's end. */
function maskValues(
  text: string,
  begin: RegExp,
  endOf: (text: string, at: number, found: RegExpExecArray) => number,
  isMasked: (secrecy: Secrecy, value: string) => boolean = isSecretOf,
): string {
  let masked = ''
  let done = 0
  begin.lastIndex = 0
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    const at = begin.lastIndex
    const secrecy = secrecyOf(found.groups?.name ?? '')
    if (secrecy === 'none') continue
    const end = endOf(text, at, found)
    if (!isMasked(secrecy, text.slice(at, end))) continue
    masked += text.slice(done, at) + MASK
    done = end
    begin.lastIndex = end
  }
  return masked + text.slice(done)
}

const endBy = (pattern: RegExp) => (text: string, at: number) => {
  pattern.lastIndex = at
  pattern.test(text)
  return pattern.lastIndex
}

/** A word, or all that is quoted. */
const endOfWord = endBy(/"[^"]*(?:"|$)|'[^']*(?:'|$)|\S*/y)
/** With signs in it that are escaped. */
const endOfString = endBy(/[^"\\]*(?:\\[\s\S][^"\\]*)*/y)
const endOfParameter = endBy(/[^\s&#"']*/y)

/** `"password": "…"`, as in JSON, also in JSON that is a string itself. */
const FIELD = /:(?<=\k<mark>(?<name>[\w.-]{1,80})(?<mark>\\{0,4}["'])\s{0,8}:)\s{0,8}(?<quote>\\{0,4}["'])/g
const maskFields = (text: string) =>
  maskValues(text, FIELD, (text, at, { groups }) => {
    const { quote = '' } = groups ?? {}
    if (quote === '"') return endOfString(text, at)
    const end = text.indexOf(quote, at)
    return end === -1 ? text.length : end
  })

/** `password: …` of names that can mean nothing else. */
const COLON = /:(?<=(?<name>[\w.-]{1,80})\s{0,2}:)\s{1,4}/g
const maskColons = (text: string) =>
  maskValues(text, COLON, endOfWord, (secrecy, value) => secrecy === 'strong' && !MASKED_IN_QUOTES.test(value))
/** The rest of a header in quotes that is masked already: the quote is not part of the secret. */
const MASKED_IN_QUOTES = /^\*{3}['"]/

/** `--token …` */
const FLAG = /\s(?<=(?<![\w-])(?<name>--?[A-Za-z][\w.-]{1,80})\s)\s{0,7}(?!-)/g
const maskFlags = (text: string) => maskValues(text, FLAG, endOfWord)

/** `TOKEN=…`, `--token=…`, `--env=TOKEN=…`. A parameter of a URL ends where the next one begins. */
const PAIR = /=(?<=(?<before>^|[^\w.-])(?<name>[\w.-]{1,80})=)/g
const maskPairs = (text: string) =>
  maskValues(text, PAIR, (text, at, { groups }) =>
    /[?&#]/.test(groups?.before ?? '') ? endOfParameter(text, at) : endOfWord(text, at),
  )

/** `postgres://user:password@host`; and who is named by a token alone. */
const maskUrls = (text: string) =>
  text.replace(/(:\/\/[^\s:@/]{0,256}):[^\s/]+@/g, `$1:${MASK}@`).replace(/:\/\/[^\s:@/]{20,512}@/g, `://${MASK}@`)

/** `Bearer …`; a word that follows `Basic` is one of people's unless it has a digit, a sign, or a capital within. */
const maskSchemes = (text: string) =>
  text
    .replace(/\b(bearer)(\s{1,4})[\w.~+/-]{6,}=*/gi, `$1$2${MASK}`)
    .replace(/\b([Bb]asic)(\s{1,4})(?=[A-Za-z+/]{0,512}(?:\d|=|[a-z][A-Z]|[A-Z]{2}))[\w+/]{6,}=*/g, `$1$2${MASK}`)

/**
 * And what each of them is not found without. Schemes come before what ends with a word, which of `token=Bearer …` takes
 * `Bearer`.
 */
const SIGNED = [
  ['-----', maskPrivateKeys],
  [':', maskHeaders],
  [':', maskFields],
  ['', maskSchemes],
  [':', maskColons],
  ['-', maskFlags],
  ['=', maskPairs],
  ['://', maskUrls],
] as const
