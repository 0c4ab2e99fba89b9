/** TypeScript sources as the floors see them: what each imports, which words it says, how long it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import ts from 'typescript'

/**
 * Every .ts and .cts file below `folders` of `root`; paths are relative to `root`, with slashes. An import's `target` is such
 * a path, or null where the specifier is a package or one of Node's own modules. `typeOnly`: nothing of it is left at run time.
 */
export function readSources(root, folders) {
  return folders
    .flatMap(folder => filesBelow(root, folder))
    .sort()
    .map(file => readSource(file, readFileSync(resolve(root, file), 'utf8')))
}

function filesBelow(root, folder) {
  const entries = readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => resolve(entry.parentPath, entry.name))
  return paths
    .map(path => path.slice(resolve(root).length + 1).replaceAll('\\', '/'))
    .filter(path => /\.c?ts$/.test(path))
}

function readSource(file, text) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const source = { file, lines: text.trimEnd().split('\n').length, imports: [], words: [] }
  const lineOf = node => tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const visit = node => {
    const found = importIn(node)
    if (found !== null) source.imports.push({ ...found, target: targetOf(file, found.specifier), line: lineOf(node) })
    if (ts.isIdentifier(node) && isFree(node)) source.words.push({ word: node.text, line: lineOf(node) })
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return source
}

/** The module that this node imports, in each of the ways that TypeScript has. */
function importIn(node) {
  if (ts.isImportDeclaration(node)) return one(node.moduleSpecifier, node.importClause?.isTypeOnly)
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return one(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node)) return one(node.argument.literal, true)
  if (ts.isExternalModuleReference(node)) return one(node.expression, node.parent.isTypeOnly)
  if (ts.isCallExpression(node) && isLoader(node.expression)) return one(node.arguments[0], false)
  return null
}

/** `specifier` is null where only run time knows it. */
function one(module, typeOnly) {
  const specifier = module !== undefined && ts.isStringLiteralLike(module) ? module.text : null
  return { specifier, typeOnly: typeOnly === true }
}

const isLoader = callee =>
  callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')

/** `import './x.js'` in a .ts file means x.ts. */
function targetOf(file, specifier) {
  if (!specifier?.startsWith('.')) return null
  return posix.join(posix.dirname(file), specifier).replace(/\.(c?)js$/, '.$1ts')
}

/** Not the name of a field or of something declared here: `limits.process` is nobody's process. */
function isFree(node) {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isQualifiedName(parent)) return parent.left === node
  return parent.name !== node && parent.propertyName !== node
}
