import fc from 'fast-check'
import t from 'tap'
import { maskArgs, maskCommand, maskEnv, maskText } from '../../lib/core/mask.js'
import { countSteps } from './regexp-steps.js'

/** Longer than what the patterns look at from one place, so that a search without such a bound shows. */
const SMALL = 512
const LARGE = 4 * SMALL
/** Of work that grows with the text, 4; of work that grows with its square, 16. */
const MOST_GROWTH = 8
/** Times the work of an ordinary text of that length: a search that is bounded, but far away, has no other measure. */
const MOST_WORK = 40

const filled = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)

const ordinary = filled(
  `2026-05-01T12:00:01.123Z INFO [worker-3] GET /api/users?id=42&page=2 200 12 ms user=me
Error: connect ECONNREFUSED 127.0.0.1:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) { errno: -111, code: 'ECONNREFUSED' }
{"level":30,"time":1700000000000,"pid":12,"msg":"listening on http://0.0.0.0:8080","n": 5}
`,
  LARGE,
)

const masks: Record<string, (text: string) => unknown> = {
  text: maskText,
  command: maskCommand,
  argument: text => maskArgs(['mysql', text, '--name', `${text}/`]),
  environment: text => maskEnv({ NAME: text, [text]: text }),
}

const usual = Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, countSteps(() => mask(ordinary))]))

/** What is wrong with the work that a text makes. */
function complaint(name: string, piece: string): string {
  const mask = masks[name] as (text: string) => unknown
  const [small, large] = [SMALL, LARGE].map(length => countSteps(() => mask(filled(piece, length)))) as [number, number]
  if (large < small * MOST_GROWTH && large < (usual[name] as number) * MOST_WORK) return ''
  return `${name} ${JSON.stringify(piece)}: ${small} steps, ${large} steps, ordinary text ${usual[name]} steps`
}

/** Of what the patterns look for, and of what ends it. */
const FRAGMENTS = [
  ...['eyJ', 'sk-', 'sk', 'ghp_', 'github_pat_', 'AIza', 'AKIA', 'xoxb-', 'npm_', 'hf_', 'rk_live_', 'glpat-'],
  ...['token', 'key', 'Key', 'x-', 'cookie', 'authorization', 'password', 'pw', 'dsn', 'no-', 'true', '1', 'a', 'B'],
  ...[': ', ':', '=', '://', 'a://', '@', '/', '?', '&', '#', '-', '--', '.', '_', ' ', '  ', '\t', '\n', '+'],
  ...['Bearer ', 'Basic ', '"', "'", '\\', '\\"', '"token":"', '-----BEGIN ', '-----END ', 'PRIVATE KEY-----', '***'],
]

const PIECES = [
  ...FRAGMENTS,
  ...['eyJ-', 'eyJaaaaaaaa.', 'token: ', 'key: ', 'dsn=1 ', 'sk-a', 'sk--', 'x-key', 'x-key:', "x-key:'", 'x-key-: '],
  ...['--a ', '.-a', '.--a ', '--token 1 ', 'token=1&', 'pw=x ', 'x://a:', 'x-x-x-x-x://a:', 'a/', '"a":\'', '"a": '],
  ...['-----BEGIN A', '-----BEGIN PRIVATE KEY-----', 'a a ', 'aB', '\\\\\\\\"a', 'Basic A', "'\\", '\u{1f600}'],
]

t.test('the work grows with the text, whatever is in it', async t => {
  for (const piece of PIECES) for (const name in masks) t.equal(complaint(name, piece), '')
})

t.test('also of mixtures', async t => {
  const piece = fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 2, maxLength: 60, size: 'max' })
  fc.assert(
    fc.property(piece, fc.constantFrom(...Object.keys(masks)), (fragments, name) => {
      const wrong = complaint(name, fragments.join(''))
      if (wrong !== '') throw new Error(wrong)
    }),
    { numRuns: 300, endOnFailure: true },
  )
  t.pass('none')
})
