/** Axes with round numbers: seconds below, and sizes in powers of 1024. */
import type uPlot from 'uplot'
import type { Curve, Unit } from '../curves.js'
import { colour } from './place.js'

const FONT = '12px system-ui, sans-serif'
const SIZES = ['B', 'KB', 'MB', 'GB', 'TB']

export function formatted(unit: Unit, value: number): string {
  if (unit === 'percent') return `${round(value)} %`
  if (unit === 'ms') return value >= 1000 ? `${round(value / 1000)} s` : `${round(value)} ms`
  const power = Math.min(SIZES.length - 1, value < 1 ? 0 : Math.floor(Math.log(value) / Math.log(1024)))
  return `${round(value / 1024 ** power)} ${SIZES[power]}`
}

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : String(Math.round(value * 10) / 10))

/** 1, 2 and 5 times powers of ten, of each unit of size. */
const STEPS = SIZES.flatMap((_, power) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map(step => step * 1024 ** power))

export function axesOf({ unit }: Curve, margin: number): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: colour('faint'),
    font: FONT,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  }
  return [
    {
      ...common,
      size: 32,
      space: 70,
      values: (_, ticks) => ticks.map(seconds => `${round(seconds)} s`.replace('-', '−')),
    },
    {
      ...common,
      size: margin,
      space: 40,
      ...(unit === 'bytes' && { incrs: STEPS }),
      values: (_, ticks) => ticks.map(value => formatted(unit, value)),
    },
  ]
}
