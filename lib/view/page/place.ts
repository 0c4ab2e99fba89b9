/** Elements and colours of the page. */

export function place(attribute: string, value: string | number): HTMLElement | null {
  for (const element of document.querySelectorAll<HTMLElement>(`[${attribute}]`))
    if (element.getAttribute(attribute) === String(value)) return element
  return null
}

/** A colour of the style sheet, as it is now: light and dark have each their own. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** Calls once the colours, or the width of `element`, are others. */
export function whenOther(element: Element, draw: () => void) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  let width = element.clientWidth
  new ResizeObserver(() => {
    if (element.clientWidth === width) return
    width = element.clientWidth
    draw()
  }).observe(element)
}
