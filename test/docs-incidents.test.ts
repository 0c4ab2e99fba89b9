/** docs/incidents.md is held to the types: every field has its row, and no row is of a field that is not. */
import t from 'tap'
import { incidentShapes } from './fixtures/docs-incident.js'
import { rowsOf, sectionsOf } from './fixtures/docs-pages.js'

const [, ...parts] = (sectionsOf('docs/incidents.md').get('The file') ?? '').split(/^### /m)
const sections = new Map(parts.map(text => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n'))]))

const headingOf = (path: string) => (path === '' ? 'The incident' : `\`${path}\``)

t.test('a section for every object', async t => {
  t.strictSame([...sections.keys()].sort(), [...incidentShapes().keys()].map(headingOf).sort())
})

for (const [path, fields] of incidentShapes()) {
  t.test(headingOf(path), async t => {
    t.strictSame(rowsOf(sections.get(headingOf(path)) ?? '').sort(), [...fields].sort())
  })
}
