/** Does a name (of a flag, a variable, a parameter, a header) say that its value is a secret? */

/** `weak`: it may as well be a switch or a figure (`--auth false`, `--max-tokens 4096`), which are told. */
export type Secrecy = 'strong' | 'weak' | 'none'

const STRONG =
  /passw(or)?d(?!less)|passphrase|secret|credential|(api|access|account|encryption|master|private|service|shared|signing|storage|subscription|webhook)-*key|(?<![^-])(pass|pwd?)(?![^-])/

/** Not the author, the authority, authentication as such, or a tokenizer. */
const WEAK =
  /token(?!iz)|auth(?!or(?!iz)|ent)|cookie|session|private|bearer|jwt|conn(ection)?-*str|(?<![^-])(dsn|otp|sig|signature)(?![^-])/

/** What all of these have in them: most names are let go by it, so that many names cost little. */
const PERHAPS = /pass|pw|secret|credential|key|token|auth|cookie|session|private|bearer|jwt|conn|dsn|otp|sig/i

/** A name that ends so is of something else: where the secret is, how long it holds, whether there is one. */
const HARMLESS =
  /(?<![^-])(age|count|dir|disabled|enabled|expires|expiry|file|interval|length|limit|method|mode|name|path|policy|provider|required|size|timeout|ttl|type)-*$/
/** Switched off; folders, and a switch. */
const NO_SECRET = /^-*(no(?![^-])|(pwd|oldpwd|private)-*$)/

export function secrecyOf(name: string): Secrecy {
  if (!PERHAPS.test(name)) return 'none'
  const plain = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[_.]/g, '-')
    .toLowerCase()
  if (NO_SECRET.test(plain) || HARMLESS.test(plain)) return 'none'
  if (STRONG.test(plain)) return 'strong'
  return WEAK.test(plain) ? 'weak' : 'none'
}

/** Is that value of that name to be masked? */
export const isSecret = (name: string, value: string): boolean => isSecretOf(secrecyOf(name), value)

export function isSecretOf(secrecy: Secrecy, value: string): boolean {
  if (secrecy === 'none' || value === '' || value === MASK) return false
  return secrecy === 'strong' || !/^(?:\d{1,6}|true|false|yes|no|on|off|none)$/i.test(value)
}

/** In place of a secret. */
export const MASK = '***'
