/** Node's own flags: what the app gets of them, and what has run before us. */
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { flagsOf, preloadsBefore, withoutUs, wordsOf } from '../../lib/host/flags.js'

const file = `${t.testdir({ 'register.js': '', 'other.js': '' })}/register.js`
const folder = file.replace('/register.js', '')
const self = pathToFileURL(file).href

t.test('our own preload is taken out, in every form that it may have', async t => {
  const forms = [
    ['--import', 'osqwatch/register'],
    ['--import=osqwatch/register'],
    ['--import', './register.js'],
    ['--import', file],
    [`--import=${self}`],
  ]
  for (const form of forms) {
    t.strictSame(withoutUs(['--no-warnings', ...form, '--title=x'], self, folder), ['--no-warnings', '--title=x'])
  }
})

t.test('what only looks like it stays', async t => {
  const words = [
    '--import',
    './other.js',
    '--require',
    'osqwatch/register',
    '--import',
    'register.js',
    '-C',
    'osqwatch',
  ]
  t.strictSame(withoutUs(words, self, folder), words)
})

t.test('a value is no flag', async t => {
  const names = flagsOf(['-r', '--test', '--import', '-e', '--max-old-space-size=100']).map(({ name }) => name)
  t.strictSame(names, ['--require', '--import', '--max-old-space-size'])
})

t.test('NODE_OPTIONS is split as Node does it', async t => {
  t.strictSame(wordsOf('--import "a \\"b\\".js"  --title=x --require "/with space/r.js"'), [
    '--import',
    'a "b".js',
    '--title=x',
    '--require',
    '/with space/r.js',
  ])
})

t.test('preloads before us: whatever is required, and what is imported in front', async t => {
  const ours = ['--import', 'osqwatch/register']
  t.strictSame(preloadsBefore([...ours, '--import', './other.js'], '', self, folder), [])
  t.strictSame(preloadsBefore(['--import', './other.js', ...ours], '', self, folder), ['--import ./other.js'])
  t.strictSame(preloadsBefore([...ours, '-r', 'hook'], '', self, folder), ['--require hook'])
  t.strictSame(preloadsBefore(ours, '--require "/a b/hook.cjs"', self, folder), ['--require /a b/hook.cjs'])
})
