/** The script of an incident's page (lib/view/html/): built into one file, which is put into each page. */
import type { PageData } from '../html/data.js'
import { drawFlame } from './flame.js'
import { drawPlots } from './plots.js'
import './page.css'

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData

drawPlots(data.curves, data.marks)
for (const [n, flame] of data.flames.entries()) if (flame !== null) drawFlame(n, flame)
