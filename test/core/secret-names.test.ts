/** Which names announce a secret, and which values of them are secrets. */
import t from 'tap'
import { isSecret, isSecretOf, MASK, secrecyOf } from '../../lib/core/secret-names.js'

const STRONG = [
  ...['password', 'passwd', 'passphrase', 'secret', 'credential', 'credentials', 'pass', 'pw'],
  ...['api-key', 'apikey', 'api--key', 'access-key', 'account-key', 'encryption-key', 'master-key', 'private-key'],
  ...['service-key', 'shared-key', 'signing-key', 'storage-key', 'subscription-key', 'webhook-key'],
  ...['db-password', 'password2', 'db-pass', 'pass-phrase', 'db-pwd', 'pw-old', 'mypassword', 'x.client.secret'],
  ...['dbPassword', 'DB_PASS', 'AWS_SECRET_ACCESS_KEY', 'clientSecret', 'db2Pass', 'awsAccessKeyId', '--password'],
]

const WEAK = [
  ...['token', 'auth', 'cookie', 'session', 'bearer', 'jwt', 'private-data', 'my-private', 'dsn', 'otp', 'sig'],
  ...['signature', 'x-signature', 'connection-string', 'connectionstring', 'connstr', 'conn-str', 'sentry-dsn'],
  ...['GITHUB_TOKEN', 'accessToken', 'max-tokens', 'tokens', 'authorization', 'oauth', 'sessionId', '--auth'],
]

const NONE = [
  ...['', 'name', 'port', 'path', 'author', 'authority', 'authentic', 'authentication', 'authored-by'],
  ...['tokenizer', 'tokenize', 'passwordless', 'compass', 'bypass', 'passenger', 'spwd', 'pwdx', 'power'],
  ...['assign', 'design', 'sigterm', 'signatures-x', 'hotp2', 'key', 'monkey', 'keyboard', 'primary-key', 'conn'],
  ...['no-auth', 'noAuth', '--no-password', 'no_token', 'PWD', 'OLDPWD', 'private', '--private', '-private-'],
]

const HARMLESS = [
  ...['age', 'count', 'dir', 'disabled', 'enabled', 'expires', 'expiry', 'file', 'interval', 'length', 'limit'],
  ...['method', 'mode', 'name', 'path', 'policy', 'provider', 'required', 'size', 'timeout', 'ttl', 'type'],
]

t.test('a name is a strong or a weak sign of a secret, or none', async t => {
  for (const name of STRONG) t.equal(secrecyOf(name), 'strong', name)
  for (const name of WEAK) t.equal(secrecyOf(name), 'weak', name)
  for (const name of NONE) t.equal(secrecyOf(name), 'none', name)
})

t.test('a name is none if its last word says that the value is about a secret', async t => {
  for (const word of HARMLESS) {
    for (const name of [`password-${word}`, `TOKEN_${word.toUpperCase()}`, `--secret-${word}-`])
      t.equal(secrecyOf(name), 'none', name)
    t.equal(secrecyOf(`${word}-password`), 'strong', 'the word comes first')
  }
  t.equal(secrecyOf('password-profile'), 'strong', 'a part of a word is no word')
  t.equal(secrecyOf('nopassword'), 'strong')
  t.equal(secrecyOf('note-token'), 'weak')
  t.equal(secrecyOf('my-pwd'), 'strong')
  t.equal(secrecyOf('pwd-x'), 'strong')
  t.equal(secrecyOf('private-x'), 'weak')
})

t.test('a strong name makes every value a secret, except an empty or a masked one', async t => {
  for (const value of ['hunter2', '1', 'true', 'none', ' ']) t.equal(isSecretOf('strong', value), true, value)
  for (const value of ['', MASK]) t.equal(isSecretOf('strong', value), false, JSON.stringify(value))
  t.equal(isSecret('password', 'true'), true)
})

t.test('a weak name makes no secret of a switch or a short number', async t => {
  for (const value of ['', MASK, '0', '123456', 'true', 'false', 'yes', 'no', 'on', 'off', 'none', 'TRUE', 'Off'])
    t.equal(isSecretOf('weak', value), false, JSON.stringify(value))
  for (const value of ['1234567', 'a1', '1a', '12 34', 'truer', 'untrue', 'offer', 'knone', 'x'])
    t.equal(isSecretOf('weak', value), true, value)
  t.equal(isSecret('auth', 'false'), false)
  t.equal(isSecret('auth', 'me:hunter2'), true)
})

t.test('other names make no secret of any value', async t => {
  t.equal(isSecretOf('none', 'hunter2'), false)
  t.equal(isSecret('port', 'hunter2'), false)
})
