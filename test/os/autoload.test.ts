import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { readLoadFile } from '../../lib/os/autoload.js'

const root = t.testdir()

function program(...path: string[]): string {
  const file = join(root, ...path)
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
  return file
}

let files = 0

/** Reads a load file of these lines. */
function load(lines: string[], { allowUnsafe = false, end = '\n' } = {}) {
  const file = join(root, `extensions-${++files}.load`)
  writeFileSync(file, lines.join(end))
  const { paths, warnings } = readLoadFile(file, { allowUnsafe })
  return { paths, warnings: warnings.map(line => line.replaceAll(root, '').replace(/-\d+/, '')) }
}

t.test('a path a line, and lines that are none', async t => {
  const a = program('bin', 'a.ext')
  const b = program('bin', 'b.ext')
  const lines = ['# the tools', '', `  ${b}\t`, ';off', `;${a}`, '   # indented', a, b]
  t.strictSame(load(lines), { paths: [b, a], warnings: [] }, 'in order, each once')
  t.strictSame(load(lines, { end: '\r\n' }).paths, [b, a])
  t.strictSame(load([]), { paths: [], warnings: [] })
  t.strictSame(load([relative(process.cwd(), a)]).paths, [a], 'relative to the working directory')
})

t.test('a directory stands for the .ext files below it', async t => {
  const deep = program('lib', 'aa', 'deeper', 'z.ext')
  const second = program('lib', 'b.ext')
  const first = program('lib', 'a.ext')
  program('lib', 'README.md')
  symlinkSync(join(root, 'lib'), join(root, 'lib', 'aa', 'circle'))
  symlinkSync(join(root, 'nowhere'), join(root, 'lib', 'dangling.ext'))
  const warnings = ['/extensions.load: "/lib/dangling.ext" skipped: ENOENT']
  t.strictSame(load([join(root, 'lib')]), { paths: [first, deep, second], warnings })
  t.strictSame(load([join(root, 'lib')], { allowUnsafe: true }), { paths: [first, deep, second], warnings })
})

t.test('a wrong entry is skipped with a line, and the rest goes on', async t => {
  const good = program('mixed', 'good.ext')
  const bad = program('mixed', 'bad.ext')
  chmodSync(bad, 0o777)
  const lines = [bad, program('mixed', 'tool.sh'), join(root, 'mixed', 'gone.ext'), good]
  t.strictSame(load(lines), {
    paths: [good],
    warnings: [
      '/extensions.load: "/mixed/bad.ext" skipped: writable by others',
      '/extensions.load: "/mixed/tool.sh" skipped: not ending in .ext',
      '/extensions.load: "/mixed/gone.ext" skipped: ENOENT',
    ],
  })
})

t.test('allowUnsafe lifts the rules of safety, and no other', async t => {
  const open = program('open', 'open.ext')
  chmodSync(open, 0o777)
  chmodSync(dirname(open), 0o777)
  t.strictSame(load([open]).paths, [])
  t.strictSame(load([open, join(root, 'gone.ext')], { allowUnsafe: true }), {
    paths: [open],
    warnings: ['/extensions.load: "/gone.ext" skipped: ENOENT'],
  })
})

t.test("a load file that cannot be read is the caller's error", async t => {
  t.throws(() => readLoadFile(join(root, 'none.load'), { allowUnsafe: false }), { code: 'ENOENT' })
  t.throws(() => readLoadFile(root, { allowUnsafe: false }), { code: 'EISDIR' })
})
