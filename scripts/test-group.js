/**
 * Runs test programs in one process, one after the other, each as a subtest: `node scripts/test-group.js FILE…`. The files are
 * written as if each had the process to itself.
 */
import { pathToFileURL } from 'node:url'

/** What a file calls on tap's root object, and its own subtest does instead. */
const REDIRECTED = ['test', 'before', 'after', 'beforeEach', 'afterEach', 'teardown', 'equal', 'testdir']

// Removed before tap is loaded: it names the folders of tests after the arguments.
const files = process.argv.splice(2)
const { t } = await import('tap')
const { test } = t

for (const file of files) {
  await test.call(t, nameOf(file), async own => {
    for (const method of REDIRECTED) t[method] = own[method].bind(own)
    await import(pathToFileURL(file))
  })
}

function nameOf(file) {
  return file.split('/dist/').at(-1).replace(/js$/, 'ts')
}
