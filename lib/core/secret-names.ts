/** Does a name (of a flag, a variable, a parameter, a header) say that its value is a secret? */

/** `weak`: it may as well be a switch or a figure (`--auth false`, `--max-tokens 4096`), which are told. */
export type Secrecy = 'strong' | 'weak' | 'none'

const STRONG =
  /passw(or)?d(?!less)|passphrase|secret|credential|(api|access|account|encryption|master|private|service|shared|signing|storage|subscription|webhook)-?key/
const STRONG_WORDS = new Set(['pass', 'pw', 'pwd'])

/** Not the author, the authority, authentication as such, or a tokenizer. */
const WEAK = /token(?!iz)|auth(?!or(?!iz)|ent)|cookie|session|private|bearer|jwt|conn(ection)?-?str/
const WEAK_WORDS = new Set(['dsn', 'otp', 'sig', 'signature'])

/** A name that ends so is of something else: where the secret is, how long it holds, whether there is one. */
const HARMLESS = new Set(
  'age count dir disabled enabled expires expiry file interval length limit method mode name path policy provider required size timeout ttl type'.split(
    ' ',
  ),
)
/** Folders, and a switch. */
const NO_SECRETS = new Set(['pwd', 'oldpwd', 'private'])

export function secrecyOf(name: string): Secrecy {
  const plain = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[_.]/g, '-')
    .toLowerCase()
  const words = plain.split('-').filter(word => word !== '')
  const whole = words.join('-')
  if (words[0] === 'no' || NO_SECRETS.has(whole) || HARMLESS.has(words.at(-1) ?? '')) return 'none'
  if (STRONG.test(whole) || words.some(word => STRONG_WORDS.has(word))) return 'strong'
  return WEAK.test(whole) || words.some(word => WEAK_WORDS.has(word)) ? 'weak' : 'none'
}

/** Is that value of that name to be masked? */
export function isSecret(name: string, value: string): boolean {
  const secrecy = secrecyOf(name)
  if (secrecy === 'none' || value === '' || value === MASK) return false
  return secrecy === 'strong' || !/^(?:\d{1,6}|true|false|yes|no|on|off|none)$/i.test(value)
}

/** In place of a secret. */
export const MASK = '***'
