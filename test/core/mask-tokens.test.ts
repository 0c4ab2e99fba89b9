/** Tokens that are recognized by how they begin, wherever they are in a text. */
import t from 'tap'
import { maskTokens } from '../../lib/core/mask-tokens.js'

/** How each kind begins, a letter that it may contain, and how many of them it has at least. */
const KINDS: readonly (readonly [begin: string, letter: string, fewest: number])[] = [
  ...(['ghp_', 'gho_', 'ghs_', 'ghr_', 'ghu_', 'github_pat_'] as const).map(begin => [begin, 'a', 16] as const),
  ['glpat-', '-', 16],
  ...(['rk_live_', 'sk_live_', 'sk_test_', 'rk_test_'] as const).map(begin => [begin, '_', 10] as const),
  ...(['xoxb-', 'xoxp-'] as const).map(begin => [begin, '-', 8] as const),
  ...(['AKIA', 'ASIA'] as const).map(begin => [begin, '7', 12] as const),
  ['AIza', '-', 30],
  ['npm_', '_', 30],
  ['hf_', '8', 20],
]

t.test('each kind is masked as a whole, and only if it is long enough', async t => {
  for (const [begin, letter, fewest] of KINDS) {
    const shortest = begin + letter.repeat(fewest)
    t.equal(maskTokens(`a ${shortest} b`), 'a *** b', shortest)
    t.equal(maskTokens(`"${shortest}${letter}"`), '"***"', 'longer')
    t.equal(maskTokens(shortest.slice(0, -1)), shortest.slice(0, -1), 'too short')
    t.equal(maskTokens(`${shortest}!`), '***!', 'it ends with its last letter')
  }
})

t.test('a token begins a word', async t => {
  const token = `ghp_${'a'.repeat(16)}`
  for (const before of ['x', 'X', '7']) t.equal(maskTokens(before + token), before + token)
  for (const before of ['', '_', '-', ' ', '=', '/']) t.equal(maskTokens(before + token), `${before}***`)
})

t.test('letters that a kind does not have end it, or make it another word', async t => {
  for (const text of [
    ...[`ghx_${'a'.repeat(20)}`, `ghp-${'a'.repeat(20)}`, `glpat_${'a'.repeat(20)}`, `sk_prod_${'a'.repeat(20)}`],
    ...[`xk_live_${'a'.repeat(20)}`, `xox1-${'a'.repeat(20)}`, `AKIA${'a'.repeat(12)}`, `ABIA${'7'.repeat(12)}`],
    ...[`ghp_${'-'.repeat(16)}`, `npm_${'-'.repeat(30)}`, `hf_${'.'.repeat(20)}`, `AIza${'.'.repeat(30)}`],
    ...[`AKIA${'!'.repeat(12)}`, `xoxb-${'!'.repeat(8)}`, `sk_live_${'!'.repeat(10)}`, `glpat-${'!'.repeat(16)}`],
  ])
    t.equal(maskTokens(text), text)
})

t.test('sk- begins a key if a digit is in it', async t => {
  t.equal(maskTokens(`sk-${'a'.repeat(15)}1`), '***')
  t.equal(maskTokens('sk-proj-a_b-c_d-e_f-1'), '***')
  for (const text of [`sk-${'a'.repeat(16)}`, 'sk-a-word-of-many-words', `sk-${'1'.repeat(15)}`])
    t.equal(maskTokens(text), text)
  t.equal(maskTokens(`sk-${'a'.repeat(16)} 1`), `sk-${'a'.repeat(16)} 1`, 'the digit is outside')
})

t.test('eyJ begins a JSON web token if a second part follows', async t => {
  const header = 'eyJhbGci_-x'
  t.equal(maskTokens(`${header}.eyJ.abc-_ x`), '*** x')
  t.equal(maskTokens(`${header}.ey x`), '*** x', 'it may have been cut')
  t.equal(maskTokens(`${header}.ey. x`), '*** x', 'without a signature')
  t.equal(maskTokens(`${header}.ey.sig.more`), '***.more')
  for (const text of [header, `${header}.`, `${header}.e`, `${header} .eyJ`, 'eyJhbGc.eyJ'])
    t.equal(maskTokens(text), text)
})

t.test('tokens that overlap are masked once, and the text between tokens is kept', async t => {
  const [github, npm] = [`ghp_${'a'.repeat(16)}`, `npm_${'b'.repeat(30)}`]
  t.equal(maskTokens(`1 ${npm} 2 ${github} 3 sk-${'a1'.repeat(8)} 4`), '1 *** 2 *** 3 *** 4')
  t.equal(maskTokens(`sk-1-${github}-${'a'.repeat(9)} x`), '*** x', 'one within another')
  t.equal(maskTokens(`eyJaaaaaaaa-${github}.bb x`), '*** x', 'one that begins earlier reaches further')
  t.equal(maskTokens(`${github}.${github}`), '***.***')
})
