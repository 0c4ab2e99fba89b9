/** Each floor can fail, shown on small trees that are made up; and the real tree holds them all. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import t from 'tap'
import { CASES, SOUND, type Tree } from './fixtures/floors-cases.js'

const SCRIPT = resolve('scripts/floors.js')

// By a name that the compiler does not follow: scripts are JavaScript, without declarations.
const { violations }: { violations(root: string): string[] } = await import(SCRIPT)

/** As a user runs it: without tap's own hooks. */
function floors(root: string): Promise<{ code: number; told: string }> {
  return new Promise(done => {
    execFile(process.execPath, [SCRIPT, root], { env: { PATH: process.env.PATH } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) : 0, told: stdout + stderr })
    })
  })
}

function plant(root: string, tree: Tree): string {
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(dirname(resolve(root, file)), { recursive: true })
    writeFileSync(resolve(root, file), text)
  }
  return root
}

t.test('a small tree holds', async t => {
  t.strictSame(violations(plant(t.testdir(), SOUND)), [])
})

for (const { story, add, told } of CASES) {
  t.test(story, async t => {
    t.strictSame(violations(plant(t.testdir(), { ...SOUND, ...add })), told)
  })
}

t.test('a violation is a line and a failure', async t => {
  const { code, told } = await floors(plant(t.testdir(), { ...SOUND, 'lib/extra.ts': 'export const extra = 1' }))
  t.equal(told, 'lib/extra.ts: stands in no room; give it a row in scripts/floors.js\n')
  t.equal(code, 1)
})

t.test('a tree without sources does not pass for a sound one', async t => {
  const { code } = await floors(t.testdir({ lib: {}, workers: {} }))
  t.equal(code, 1)
})

t.test('the real tree holds', async t => {
  const { code, told } = await floors('.')
  t.equal(code, 0, told)
})
