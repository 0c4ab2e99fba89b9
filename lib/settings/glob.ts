/** Patterns of program names, as the shell's own: `*`, `?`, `[a-z]`. */
export function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern.replace(/\[!?\]?[^\]]*\]|[\s\S]/g, part => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.length === 1) return part.replace(/[\\^$.|+()[\]{}]/, '\\$&')
    const [, not = '', inner = ''] = /^\[(!?)([\s\S]*)\]$/.exec(part) ?? []
    return `[${not && '^'}${inner.replace(/[\\\]^[]/g, '\\$&')}]`
  })
  try {
    return new RegExp(`^${source}$`).test(name)
  } catch {
    // a range that runs backwards: it matches nothing
    return false
  }
}
