/** The files of each import cycle among `sources`, once, in order of import. */
export function cycles(sources) {
  const known = new Map(sources.map(source => [source.file, source]))
  const done = new Set()
  const found = []
  const walk = (file, path) => {
    if (path.includes(file)) found.push(path.slice(path.indexOf(file)))
    if (path.includes(file) || done.has(file)) return
    for (const { target } of known.get(file).imports) if (known.has(target)) walk(target, [...path, file])
    done.add(file)
  }
  for (const { file } of sources) walk(file, [])
  return found
}
