/** Sections, tables and pairs as markup. */
import type { Pairs, Table } from '../rows.js'
import { html, type Markup } from './markup.js'

/** Nothing in it: no section. */
export function section(id: string, title: string, ...content: readonly (Markup | null)[]): Markup | null {
  const shown = content.filter(part => part !== null)
  if (shown.length === 0) return null
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${shown}</section>
`
}

export function table({ head, rows, figures = [], code = [], marked = [] }: Table, caption: string): Markup | null {
  if (rows.length === 0) return null
  const kind = (column: number) =>
    [figures.includes(column) ? 'figure' : '', code.includes(column) ? 'code' : ''].filter(Boolean).join(' ')
  const cell = (text: string, column: number) => html`<td class="${kind(column)}">${text}</td>`
  const row = (cells: readonly string[], n: number) =>
    html`<tr${marked.includes(n) ? html` class="marked"` : null}>${cells.map(cell)}</tr>
`
  // A table that is wider than a phone is moved by itself; for that by keyboard it has to be reached.
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${head.map((text, column) => html`<th scope="col" class="${kind(column)}">${text}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>
`
}

export function pairs(rows: Pairs): Markup | null {
  if (rows.length === 0) return null
  return html`<dl>${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
  )}</dl>
`
}

export const quote = (text: string, label: string): Markup =>
  html`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>
`

/** Closed, until a reader asks for it. */
export const folded = (summary: string, content: Markup | null): Markup | null =>
  content === null
    ? null
    : html`<details><summary>${summary}</summary>
${content}</details>
`

export const list = (items: readonly string[]): Markup | null =>
  items.length === 0
    ? null
    : html`<ul>${items.map(item => html`<li>${item}</li>`)}</ul>
`
