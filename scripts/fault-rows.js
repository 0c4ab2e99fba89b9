/** The fault matrix as its files write it down, read and not run: one row a file of test/faults/. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export const FOLDER = 'test/faults'

/** Whom a fault can strike, in the order of the table. */
const STRUCK = ['child', 'host', 'thread', 'machine', 'identity']
const WORDS = ['struck', 'fault', 'holds']

/** `{ file, struck, fault, holds }` each. Throws if a file has no row, two, or one that cannot be read without running it. */
export function readRows(root) {
  const names = readdirSync(join(root, FOLDER)).filter(name => name.endsWith('.test.ts'))
  const rows = names.map(name => rowIn(`${FOLDER}/${name}`, readFileSync(join(root, FOLDER, name), 'utf8')))
  return rows.sort((a, b) => STRUCK.indexOf(a.struck) - STRUCK.indexOf(b.struck) || (a.file < b.file ? -1 : 1))
}

function rowIn(file, text) {
  const calls = rowCalls(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  if (calls.length !== 1) throw new Error(`${file}: has ${calls.length} rows; a file of the fault matrix has one`)
  const told = wordsOf(calls[0].arguments[0])
  for (const word of WORDS) {
    if (typeof told[word] !== 'string') throw new Error(`${file}: ${word} has to be written out as a string`)
  }
  if (!STRUCK.includes(told.struck))
    throw new Error(`${file}: struck is ${told.struck}, and not of ${STRUCK.join(', ')}`)
  return { file, ...told }
}

function rowCalls(node) {
  const own = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'row'
  const inner = []
  ts.forEachChild(node, child => void inner.push(...rowCalls(child)))
  return own ? [node, ...inner] : inner
}

function wordsOf(argument) {
  const fields = argument !== undefined && ts.isObjectLiteralExpression(argument) ? argument.properties : []
  const written = fields.filter(field => ts.isPropertyAssignment(field) && WORDS.includes(field.name.text))
  return Object.fromEntries(written.map(({ name, initializer }) => [name.text, stringOf(initializer)]))
}

/** A long one may be put together with `+`. */
function stringOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined
  const [left, right] = [stringOf(node.left), stringOf(node.right)]
  return left === undefined || right === undefined ? undefined : left + right
}
