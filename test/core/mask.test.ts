import fc from 'fast-check'
import t from 'tap'
import { maskArgs, maskCommand, maskEnv, maskText } from '../../lib/core/mask.js'
import { quoteWords, wordsOf } from '../../lib/core/shell-words.js'

/** What no ordinary text holds. */
const alphabet = [...'ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789']
const letters = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max })
const secret = letters(12, 40).map(text => `Zq7${text}`)
/** As passwords may be. */
const awkward = fc
  .string({ unit: fc.constantFrom(...alphabet, ...`!#$%^*()_+=[]{}|;:,<>?~"' -`), minLength: 4, maxLength: 20 })
  .map(text => `Zq7${text}7qZ`)

const names = fc.constantFrom(
  ...[
    'password',
    'passwd',
    'secret',
    'token',
    'api-key',
    'api_key',
    'apikey',
    'credential',
    'private-key',
    'auth',
    'cookie',
  ],
  ...['session', 'dsn', 'connection-string', 'db-password', 'DB_PASS', 'GITHUB_TOKEN', 'clientSecret', 'accessToken'],
  ...['AWS_SECRET_ACCESS_KEY', 'x.y.password', 'authToken', 'passphrase', 'SENTRY_DSN', 'oauth-token', 'session_id'],
)
const words = fc.array(fc.constantFrom('--port', '8080', 'server.js', '-v', 'a b', '--name=x', '', "it's"), {
  maxLength: 4,
})

/** A way to plant it, and whether what follows it is a word of its own. */
const places: readonly ((name: string, value: string) => string[])[] = [
  (name, value) => [`--${name}=${value}`],
  (name, value) => [`-${name}=${value}`],
  (name, value) => [`${name}=${value}`],
  (name, value) => ['-e', `${name}=${value}`],
  (name, value) => [`--env=${name}=${value}`],
  (name, value) => [`--${name}`, value],
]

t.test('a secret that has a name never comes through in a command line', async t => {
  fc.assert(
    fc.property(words, names, awkward, fc.constantFrom(...places), words, (before, name, value, place, after) => {
      const args = ['node', ...before, ...place(name, value), ...after]
      for (const line of [maskArgs(args), maskCommand(quoteWords(args))])
        if (/Zq7|7qZ/.test(line)) throw new Error(line)
    }),
    { numRuns: 3000 },
  )
  t.pass('none')
})

t.test('nor what gives itself away, wherever it stands', async t => {
  const shapes: readonly ((value: string) => string)[] = [
    value => `https://user:${value}@host/path`,
    value => `postgres://me:${value}@db:5432/x?sslmode=require`,
    value => `https://${value}${value}@github.com/a/b`,
    value => `http://host/?a=1&access_token=${value}&b=2#x`,
    value => `http://host/#id_token=${value}`,
    value => `Authorization: Bearer ${value}`,
    value => `Authorization: Basic ${value}==`,
    value => `Bearer ${value}`,
    value => `password: Bearer ${value}`,
    value => `x --token Bearer ${value}`,
    value => `TOKEN=Bearer ${value}`,
    value => `Cookie: sid=${value}; other=${value}`,
    value => `X-Api-Key: ${value}`,
    value => `{"a":1,"password": "${value}","b":2}`,
    value => `{"password": "a\\"${value}", "x": 'y'}`,
    value => `{\\"apiKey\\":\\"${value}\\"}`,
    value => `sh -c 'mysql --password ${value} x'`,
    value => `export API_KEY="${value}"; run`,
    value => `password: ${value}`,
    value => `-----BEGIN RSA PRIVATE KEY-----\n${value}\n${value}\n-----END RSA PRIVATE KEY-----`,
    value => `-----BEGIN PRIVATE KEY-----\n${value}`,
    value => `${value}\n${value}\n-----END EC PRIVATE KEY-----`,
    ...['ghp_', 'gho_', 'github_pat_', 'glpat-', 'sk-', 'sk-proj-', 'xoxb-', 'xoxp-'].map(
      begin => (value: string) => begin + value + value,
    ),
    value => `AKIA${value.toUpperCase().padEnd(16, 'X')} ZQ7`.replace(/ ZQ7$/, ''),
    value => `eyJhbGciOi.eyJ${value}.${value}`,
  ]
  // Anything but the mark by which a secret is known here: chance comes upon three letters in one run of thirty.
  const around = fc.string({ maxLength: 20 }).filter(text => !/Zq7|ZQ7/.test(text))
  fc.assert(
    fc.property(around, secret, fc.constantFrom(...shapes), (around, value, shape) => {
      const text = `${around} ${shape(value)} ${around}`
      for (const masked of [
        maskText(text),
        maskArgs(['x', shape(value)]),
        maskEnv({ PLAIN: shape(value) }).PLAIN ?? '',
      ])
        if (/Zq7|ZQ7/.test(masked)) throw new Error(masked)
    }),
    { numRuns: 5000 },
  )
  t.pass('none')
})

t.test('nor in an environment', async t => {
  fc.assert(
    fc.property(names, awkward, (name, value) => {
      t.equal(maskEnv({ [name]: value })[name], '***')
    }),
    { numRuns: 200 },
  )
})

t.test('short flags, of programs where they mean a secret', async t => {
  for (const [args, line] of [
    [['mysql', '-u', 'root', '-phunter2', 'db'], 'mysql -u root -p*** db'],
    [['/usr/bin/sshpass', '-p', 'hunter2', 'ssh', 'x@y'], '/usr/bin/sshpass -p *** ssh x@y'],
    [['redis-cli', '-a', 'hunter2'], 'redis-cli -a ***'],
    [['curl', '-u', 'me:hunter2', 'https://x.y'], 'curl -u me:*** https://x.y'],
    [['curl', '--user', 'me', 'https://x.y'], 'curl --user me https://x.y'],
    [['mkdir', '-p', 'a/b'], 'mkdir -p a/b'],
    [['app', '-p', '8080'], 'app -p 8080'],
  ] as const)
    t.equal(maskArgs(args), line)
})

t.test('an ordinary command line is what it was', async t => {
  for (const args of [
    ['node', '--require', '/app/client.cjs', '--max-old-space-size=4096', 'server.js', '--port', '8080'],
    ['node', '--tokenizer', 'bpe', '--max-tokens', '4096', '--author=me', '--no-auth', 'x'],
    ['app', '--password-file', '/run/secrets/db', '--token-ttl=30m', '--session-timeout', '30', '--auth=false'],
    ['npm', 'publish', '--private', 'pkg', 'git+ssh://git@github.com/a/b.git', 'https://registry:4873/@scope/pkg'],
    ['java', '-Xmx2g', '-Dfile.encoding=UTF-8', '-jar', 'app.jar', '-v', '2'],
    ['tsc', '-p', 'tsconfig.json', 'PWD=/home/me', 'A=1', 'b:2', 'http://localhost:3000/a?b=c&d=e'],
    ['sh', '-c', 'while :; do echo "basic things: a bearer of news"; sleep 1; done'],
    ['python3', '-m', 'http.server', '--bind', '::1', 'risk-assessment-of-something-long-1', 'task-runner-2000-years'],
    ['ffmpeg', '-i', 'in put.mp4', '-vf', "drawtext=text='hi'", '-y', 'out.mp4'],
  ]) {
    t.equal(maskArgs(args), quoteWords(args))
    t.equal(maskCommand(quoteWords(args)), quoteWords(args))
  }
})

t.test('ordinary output is what it was', async t => {
  for (const text of [
    '',
    "SyntaxError: Unexpected token '}' (1:2)\n    at Parser.parse (file:///app/node_modules/x/y.js:12:3)",
    'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    '[7:0x1] 12 ms: Scavenge 34.5 (36.1) -> 34.0 (37.1) MB, pooled: 0 MB, 1.2 / 0.0 ms  (average mu = 0.3)',
    'listening on http://0.0.0.0:8080, user@host, a=b, "x": "y"',
  ])
    t.equal(maskText(text), text)
})

t.test('what is masked is so little that the rest can be read', async t => {
  t.equal(maskText('postgres://me:hunter2@db:5432/x failed'), 'postgres://me:***@db:5432/x failed')
  t.equal(maskText('GET /?token=abc&page=2 200'), 'GET /?token=***&page=2 200')
  t.equal(maskArgs(['x', '--api-key', 'abc', '--port', '1']), 'x --api-key *** --port 1')
  t.equal(maskArgs(['x', '--auth', '--port', '1']), 'x --auth --port 1')
  t.equal(maskArgs(['x', 'DB_PASSWORD=a b']), 'x DB_PASSWORD=***')
  t.strictSame(maskEnv({ A: 'b', DB_URL: 'x://u:p@h', LONG: 'x'.repeat(5000), TOKEN: '', N: '1' }), {
    ...{ A: 'b', DB_URL: 'x://u:***@h', LONG: `${'x'.repeat(1024)}…`, TOKEN: '', N: '1' },
  })
})

t.test('a secret in JSON is masked wherever the text was cut, also in JSON that is a string itself', async t => {
  for (const [before, value, after] of [
    ['{"password":"', 'Zq7\\"hunter2', '","port":8080}'],
    ['{\\"password\\":\\"', 'Zq7hunter2', '\\",\\"port\\":8080}'],
    ['{\\\\"password\\\\":\\\\"', 'Zq7hunter2', '\\\\"}'],
    ["{'password': '", 'Zq7hunter2', "'}"],
  ] as const) {
    for (let kept = 5; kept <= value.length; kept++)
      t.equal(maskText(before + value.slice(0, kept)), `${before}***`, `cut after ${kept} characters of ${value}`)
    t.equal(maskText(before + value + after), `${before}***${after}`)
  }
})

t.test('masked twice is masked once', async t => {
  fc.assert(
    fc.property(words, names, secret, fc.constantFrom(...places), (before, name, value, place) => {
      const once = maskArgs([...before, ...place(name, value)])
      t.equal(maskCommand(once), once)
    }),
    { numRuns: 200 },
  )
})

t.test('no text makes it long', async t => {
  for (const piece of [
    'a',
    '-',
    '--a ',
    'eyJ-',
    'sk-',
    'x://a:',
    'x://',
    "'",
    '\\"',
    '"a":\'',
    'a=',
    'a:',
    'token ',
    'x-key-',
    '=',
  ])
    for (const end of ['', '@', '-----END PRIVATE KEY-----', '"']) {
      const begun = performance.now()
      maskText(piece.repeat(Math.ceil(65_536 / piece.length)) + end)
      t.ok(performance.now() - begun < 5_000, `${piece} ${performance.now() - begun}`)
    }
})

t.test('words that are quoted are the same words again', async t => {
  fc.assert(
    fc.property(fc.array(fc.string()), args => {
      t.strictSame(wordsOf(quoteWords(args)), args)
    }),
    { numRuns: 300 },
  )
  t.strictSame(wordsOf(`a 'b c`), ['a', 'b c'], 'one that was cut')
})

t.test('a value that is quoted behind a name that is not, as Node prints objects', async t => {
  t.equal(maskText("{ user: 'me', password: 'hunter2' }"), "{ user: 'me', password: *** }")
  t.equal(maskText('password:  "hunter 2"'), 'password:  ***')
})
