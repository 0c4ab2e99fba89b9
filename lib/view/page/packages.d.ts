/** What has no types of its own; of d3-flame-graph and its d3-selection, as much as is used here. */
declare module '*.css'

declare module 'd3-flame-graph' {
  import type { Selection } from 'd3-selection'

  interface Drawn<T> {
    readonly data: T
    readonly value: number
    readonly depth: number
    readonly x0: number
    readonly x1: number
  }

  interface FlameGraph<T> {
    (selection: Selection<T>): void
    width(pixels: number): this
    cellHeight(pixels: number): this
    transitionDuration(ms: number): this
    minFrameSize(pixels: number): this
    inverted(is: boolean): this
    selfValue(is: boolean): this
    sort(is: boolean): this
    setColorMapper(mapper: (node: Drawn<T>, original: string) => string): this
    setLabelHandler(handler: (node: Drawn<T>) => string): this
    setDetailsElement(element: Element): this
    update(): void
    resetZoom(): void
  }

  export default function flamegraph<T>(): FlameGraph<T>
}

declare module 'd3-selection' {
  export interface Selection<T> {
    datum(data: T): this
    call(draw: (selection: Selection<T>) => void): this
  }
  export function select<T>(element: Element): Selection<T>
}
