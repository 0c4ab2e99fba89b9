/** A plot as SVG text: on white, so that it reads on a dark page too; drawn once, nothing moves. */
import * as echarts from 'echarts'

const WIDTH = 940
const HEIGHT = 460
const LEGEND_WIDTH = 260
/** Told apart without colour, too. */
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond']
const REDS = ['#c1121f', '#e07a5f', '#d46a92', '#8a0f3c']
const OTHERS = ['#1d4e89', '#2a9d8f', '#e09f3e', '#6a4c93', '#5f6c37', '#0096c7', '#9c6644', '#555555', '#999999']
const INK = '#222222'
const GRID = '#dddddd'

export function drawPlot({ title, kind, x, y, series }) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  const colour = colours()
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif', color: INK },
    title: { text: title, left: 16, top: 12, textStyle: { fontSize: 16, color: INK } },
    legend: legend(series),
    grid: { left: 84, right: series.length > 1 ? LEGEND_WIDTH + 20 : 32, top: 56, bottom: 64 },
    xAxis: { ...axis(x, 36), ...(kind === 'bar' ? categories(series) : {}) },
    yAxis: axis(y, 60),
    series: series.map(({ name, points, dashed }, index) => ({
      name,
      type: kind,
      data: points,
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 8,
      itemStyle: { color: colour(name) },
      lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' },
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Ours are the reds. */
function colours() {
  const reds = [...REDS]
  const others = [...OTHERS]
  return name => (name.startsWith('osqwatch') && reds.shift()) || others.shift() || INK
}

/** Beside the plot and never on it. One series needs none: the title says it. */
function legend({ length }) {
  const textStyle = { fontSize: 12, color: INK, width: LEGEND_WIDTH - 50, overflow: 'break' }
  return { show: length > 1, orient: 'vertical', left: WIDTH - LEGEND_WIDTH, top: 56, textStyle }
}

function axis({ label, log = false }, nameGap) {
  return {
    type: log ? 'log' : 'value',
    name: label,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { fontSize: 13, color: INK },
    axisLabel: { fontSize: 12, color: INK, hideOverlap: true, formatter: plain },
    axisLine: { show: true, lineStyle: { color: INK } },
    splitLine: { lineStyle: { color: GRID } },
  }
}

/** Bars stand over words. */
function categories(series) {
  const data = [...new Set(series.flatMap(({ points }) => points.map(([word]) => String(word))))]
  const axisLabel = { fontSize: 12, color: INK, interval: 0, width: 110, overflow: 'break' }
  return { type: 'category', data, axisLabel }
}

/** 0.001 and 1 000 000: neither 1e-3 nor commas. */
const plain = value => String(Number(value.toPrecision(6))).replace(/\B(?=(\d{3})+$)/g, ' ')
