/** The documentation is held to the code: its tables say what the sources declare, and its examples run. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ERRORS } from 'osqwatch'
import t from 'tap'
import { blocksOf, PAGES, rowsOf, sectionsOf, textOf, unbroken } from './fixtures/docs-pages.js'
import { eventShapes, optionNames, statusFields } from './fixtures/docs-types.js'
import { addPrograms, livingIn, run, WORLD } from './fixtures/docs-world.js'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

t.test('the table of limits is the one that the watcher runs on', async t => {
  const { code, stderr } = await run('.', ['scripts/docs.js', '--check'])
  t.equal(code, 0, stderr)
})

t.test('every option has its row, and no row is of an option that is not', async t => {
  const options = sectionsOf('docs/options.md')
  const rows = (section: string) => rowsOf(options.get(section) ?? '').sort()
  t.strictSame(rows('The watcher'), optionNames('WatcherOptions').sort())
  t.strictSame(rows('A child'), optionNames('ChildOptions').sort())
  t.strictSame(rows('An adopted child'), optionNames('AdoptOptions').sort())
  t.strictSame(rows('Limits'), optionNames('LimitOptions').sort())
  t.strictSame(rows('Incidents'), optionNames('IncidentsOptions').sort())
})

t.test('every event has its section, and every field of it its row', async t => {
  const common = new Set(['type', 'at', 'message', 'child', 'pid', 'life'])
  const shapes = eventShapes()
  const sections = sectionsOf('docs/events.md')
  t.strictSame(
    [...sections.keys()],
    [...shapes.keys()].map(type => `\`${type}\``),
  )
  for (const [type, fields] of shapes) {
    // A fault is of a child or of nobody, so `child` is a field of its own there.
    const own = fields.filter(field => !common.has(field) || (type === 'fault' && field === 'child'))
    const section = sections.get(`\`${type}\``) ?? ''
    t.strictSame(rowsOf(section).sort(), own.length === 0 ? ['–'] : own.sort(), type)
    t.equal(/^ {4}\S/m.test(section), fields.includes('message'), `${type}: a message as it was told`)
  }
})

t.test('every event has its channel, and no channel is of an event that is not', async t => {
  const rows = rowsOf(sectionsOf('docs/handing-on.md').get('Channels') ?? '')
  t.strictSame(
    rows,
    [...eventShapes().keys()].map(type => `osqwatch:${type}`),
  )
})

t.test('every field of status() has its row, in its order', async t => {
  t.strictSame(rowsOf(textOf('docs/status.md')), statusFields())
})

t.test('every error has its section, which begins with what the table says of it', async t => {
  const sections = sectionsOf('docs/errors.md')
  t.strictSame(
    [...sections.keys()],
    Object.keys(ERRORS).map(code => `\`${code}\``),
  )
  for (const [code, meaning] of Object.entries(ERRORS)) {
    const said = unbroken(sections.get(`\`${code}\``) ?? '').trim()
    t.ok(said.startsWith(meaning.slice(0, -1)), code)
  }
})

t.test('every dependency is named, with its reason', async t => {
  const rows = rowsOf(sectionsOf('README.md').get('Dependencies') ?? '').flatMap(row => row.split(', '))
  const named = (name: string) => rows.includes(name) || (name.startsWith('@types/') && rows.includes('@types/*'))
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  t.strictSame(
    all.filter(name => !named(name)),
    [],
    'none is missing',
  )
  t.strictSame(
    rows.filter(row => row !== '@types/*' && !all.includes(row)),
    [],
    'none is named that is not used',
  )
})

for (const page of PAGES) {
  t.test(`${page}: links and files lead somewhere`, async t => {
    const text = textOf(page)
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
    for (const [, link = ''] of prose.matchAll(/\]\(([^)]+)\)/g)) {
      const [file = '', anchor] = link.split('#')
      const target = join(dirname(page), file)
      t.ok(existsSync(target), link)
      if (anchor) t.match(textOf(target).toLowerCase(), `\n## ${anchor.replaceAll('-', ' ')}\n`, link)
    }
    for (const [, file = ''] of text.matchAll(/`((?:lib|scripts|dist|workers)\/[\w/.-]+)`/g))
      t.ok(existsSync(file), file)
    for (const [, script = ''] of text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w-]+)/g))
      t.ok(manifest.scripts[script], script)
  })
}

/** How an example ends, where that is not 0. */
const EXITS: Readonly<Record<string, number>> = { 'README.md 3': 78 }
/** It is a part of a program: see the last test. */
const PARTIAL = 'docs/events.md 2'

const blocks = PAGES.flatMap(blocksOf)

t.test('examples in JavaScript run as they stand, and leave nothing behind', async t => {
  const whole = blocks.filter(({ language, name }) => language === 'js' && name !== PARTIAL)
  for (const { name, text } of whole) {
    const folder = t.testdir(WORLD)
    addPrograms(folder)
    writeFileSync(join(folder, 'example.js'), text)
    const { code, stdout, stderr } = await run(folder, ['example.js'])
    t.equal(code, EXITS[name] ?? 0, `${name}\n${stderr}`)
    for (const [, line = ''] of text.matchAll(/^\/\/ (.*)$/gm)) t.match(stdout, line, `${name} prints ${line}`)
    t.strictSame(livingIn(folder), [], `${name}: nothing is left`)
  }
})

t.test('commands in the documentation are commands', async t => {
  t.strictSame(
    [...new Set(blocks.map(({ language }) => language))].sort(),
    ['js', 'sh'],
    'nothing else stands in a block',
  )
  const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'))
  const [ci, test, replay, ...others] = commands.map(command => command.replace(/ *#.*/, ''))
  t.strictSame([ci, test, others], ['npm ci && npm start', 'npm ci && npm test', []])
  const [npx, bin = '', ...args] = (replay ?? '').split(' ')
  t.equal(npx, 'npx')
  const { code, stdout } = await run(t.testdir(WORLD), [resolve(manifest.bin[bin]), ...args])
  t.equal(code, 0)
  t.match(stdout, '{"delays":[7,9],"shutdown":false,"code":0}')
})

t.test('an app that listens for the warning as the documentation says hears it', async t => {
  const listener = blocks.find(({ name }) => name === PARTIAL)?.text
  const grows =
    'const kept = []\nsetTimeout(() => kept.push(Buffer.alloc(300_000_000, 1)), 1500)\nsetInterval(() => kept, 1000)\n'
  const host = `import { createWatcher } from 'osqwatch'
    const limits = { interval: 200, delay: 0, memoryTotal: '250MB', memoryHard: 'off', warnDelay: '3s', heartbeatLimit: 'off' }
    const watcher = await createWatcher({ worker: { module: './app.js', restart: 'never' }, limits })
    watcher.ref().once('exit', () => watcher.stop())\n`
  const folder = t.testdir({ 'app.js': `${listener}${grows}`, 'host.js': host })
  const { code, stdout, stderr } = await run(folder, ['host.js'])
  t.equal(code, 0, stderr)
  t.match(stdout, 'memoryTotal: SIGTERM in 3000 ms')
  t.strictSame(livingIn(folder), [], 'nothing is left')
})
