/** What maskText() replaces in a text, and what it keeps. */
import t, { type Test } from 'tap'
import { maskText } from '../../lib/core/mask-text.js'

type Case = readonly [text: string, masked: string]

/** Most texts have a tail, because the search for tokens passes over short texts. */
function masks(t: Test, cases: readonly Case[]) {
  for (const [text, masked] of cases) t.equal(maskText(text), masked, JSON.stringify(text))
}

function keeps(t: Test, texts: readonly string[]) {
  masks(
    t,
    texts.map(text => [text, text]),
  )
}

const begin = (name = '') => `-----BEGIN ${name}PRIVATE KEY-----`
const end = (name = '') => `-----END ${name}PRIVATE KEY-----`

t.test('private keys are masked with their lines of dashes', async t => {
  masks(t, [
    [`a ${begin()}\nAB\nCD\n${end()} b`, 'a *** b'],
    [`a ${begin('RSA ')}AB${end('RSA ')} b`, 'a *** b'],
    [`a ${begin()}1${end()} b ${begin()}2${end()} c`, 'a *** b *** c'],
    [`a ${begin()}\nAB`, 'a ***'],
    [`AB\nCD${end('EC ')} b`, '*** b'],
    [`1${end()} b ${begin()}2${end()} c`, '*** b *** c'],
    [`${begin()}1${end()} b ${begin()}2`, '*** b ***'],
  ])
  keeps(t, [
    `a -----BEGIN PUBLIC KEY-----\nAB\n-----END PUBLIC KEY----- b`,
    'a -----BEGIN rsa PRIVATE KEY-----\nAB',
    'a\n-----END rsa PRIVATE KEY-----',
    '----- END',
  ])
})

t.test('headers are masked to the end of the line, or of the quotes', async t => {
  masks(t, [
    ['Authorization: Digest a="b"\nHost: x', 'Authorization: ***"b"\nHost: x'],
    ['authorization:me', 'authorization:***'],
    ['Cookie : a=b; c=d\r\nHost: x', 'Cookie : ***\r\nHost: x'],
    ['Set-Cookie: a=b; c', 'Set-Cookie: ***'],
    ["-H 'X-Api-Key: a b' http://x", "-H 'X-Api-Key: ***' http://x"],
    ['x-my-token-2:   a b', 'x-my-token-2:   ***'],
    ['X-Auth: me', 'X-Auth: ***'],
    ['X-Secret-Of-Mine: a b', 'X-Secret-Of-Mine: ***'],
  ])
  keeps(t, [
    'X-Request-Id: 7 8',
    'Content-Type: text/html',
    'xcookie: one two',

    'cookie      : a b',
  ])
})

t.test('fields of JSON are masked by their names, at any depth of quoting', async t => {
  masks(t, [
    ['{"a":1,"password":"x y","b":2}', '{"a":1,"password":"***","b":2}'],
    ['{"password" : "x"}', '{"password" : "***"}'],
    ['{"password":"a\\"b\\\\","c":1}', '{"password":"***","c":1}'],
    ["{'token': 'a b', 'c': 'd'}", "{'token': '***', 'c': 'd'}"],
    ['{\\"apiKey\\":\\"a b\\",\\"c\\":1}', '{\\"apiKey\\":\\"***\\",\\"c\\":1}'],
    ['{"password":"a\\ b","c":1}', '{"password":"***","c":1}'],
    ['{"password":"cut of', '{"password":"***'],
    ["{'password': 'cut of", "{'password': '***"],
    ['{"password":""}', '{"password":""}'],
    ['{"auth":"false","token":"4096"}', '{"auth":"false","token":"4096"}'],
    ['{"token":"abc","secret":"d e"}', '{"token":"***","secret":"***"}'],
  ])
  keeps(t, ['{"name":"x y","port":"1"}', '{"password":5}', '{"password\':"x"}'])
})

t.test('a colon after a name that can mean nothing else is followed by a secret', async t => {
  masks(t, [
    ['password: hunter2 x', 'password: *** x'],
    ['the password  :    hunter2', 'the password  :    ***'],
    ['secret: "a b" c', 'secret: *** c'],
    ["secret: 'a b' c", 'secret: *** c'],
    ['secret: "a b', 'secret: ***'],
    ["secret: 'a b", 'secret: ***'],
    ["secret: a***'b c", 'secret: *** c'],
    ['db.password: a b', 'db.password: *** b'],
  ])
  keeps(t, ['token: hunter2 x', 'password:hunter2', 'passwordless: x y', 'secret:', 'x: secret'])
})

t.test('a flag with the name of a secret is followed by it', async t => {
  masks(t, [
    ['run --token abc x', 'run --token *** x'],
    ['run -token   abc x', 'run -token   *** x'],
    ['run --db.password "a b" x', 'run --db.password *** x'],
    ['--secret\nabc', '--secret\n***'],
  ])
  keeps(t, [
    'run --token --port 1',
    'run --token -x',
    'run ---token abc',
    'run a--token abc',
    'run --max-tokens 4096',
    'run --port abc',
    'run -- token abc',
    'run --7token abc',
  ])
})

t.test('a pair is masked to the end of its word, or of its parameter in a URL', async t => {
  masks(t, [
    ['TOKEN=abc&d x', 'TOKEN=*** x'],
    ['a=1 API_KEY="b c" d', 'a=1 API_KEY=*** d'],
    ["TOKEN='b c' d", 'TOKEN=*** d'],
    ['--env=TOKEN=abc', '--env=TOKEN=***'],
    ['/?token=abc&b=2', '/?token=***&b=2'],
    ['/?a=1&token=abc#x', '/?a=1&token=***#x'],
    ['/#id_token=abc"', '/#id_token=***"'],
    ["'/?token=abc' x", "'/?token=***' x"],
    ['token=secret=abc d', 'token=*** d'],
    ['/?token=abc d', '/?token=*** d'],
    ['/?token=1&secret=2', '/?token=1&secret=***'],
  ])
  keeps(t, ['TOKEN= abc', 'TOKEN=', 'PORT=abc', 'a == b', '=token', 'TOKEN=true x'])
})

t.test('URLs keep their user and lose their password; a long user alone is a token', async t => {
  masks(t, [
    ['x://me:pw@host/a', 'x://me:***@host/a'],
    ['x://:pw@host', 'x://:***@host'],
    ['x://me:a:b@c@host/a', 'x://me:***@host/a'],
    ['x://a:b@c y://d:e@f', 'x://a:***@c y://d:***@f'],
    [`x://${'t'.repeat(20)}@host`, 'x://***@host'],
    [`x://${'t'.repeat(30)}@a y://${'t'.repeat(30)}@b`, 'x://***@a y://***@b'],
  ])
  keeps(t, [
    `x://${'t'.repeat(19)}@host`,
    'x://me@host',
    'x://host:8080/a@b',
    'x://host:80 a@b',
    'x://ho st:pw@b',
    'mailto:me:pw@host',
    `x://a/${'t'.repeat(20)}@host`,
  ])
})

t.test('Bearer is followed by a secret of six characters or more', async t => {
  masks(t, [
    ['Bearer abc.d~ x', 'Bearer *** x'],
    ['bearer    ab+/_-= x', 'bearer    *** x'],
    ['a BEARER abcdef== b bearer ghijkl c', 'a BEARER *** b bearer *** c'],
  ])
  keeps(t, ['Bearer abcde fghij', 'forbearer abcdefg', 'Bearer: abcdefg x', 'bearerabcdefg'])
})

t.test('Basic is followed by a secret if it looks like base64', async t => {
  masks(t, [
    ['Basic abcde1 x', 'Basic *** x'],
    ['basic  abcdeF x', 'basic  *** x'],
    ['Basic ABCDEF x', 'Basic *** x'],
    ['Basic abcdef= x', 'Basic *** x'],
    ['Basic ab+/12== Basic abcde2', 'Basic *** Basic ***'],
  ])
  keeps(t, [
    'Basic english words',
    'basic English',
    'Basic abcd1 x',
    'BASIC abcde1 x',
    'visual-xbasic abcde1',
    'Basic: abcde1',
  ])
})

t.test('tokens are masked in texts of twelve characters or more', async t => {
  t.equal(maskText('xoxb-12345678'), '***')
  t.equal(maskText(`hf_${'a'.repeat(20)}`), '***')
})
