import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The absolute path that a path relative to `base`, a file: URL or its text means; null for anything else. */
export function toPath(value: unknown, base: string): string | null {
  const isUrl = value instanceof URL || (typeof value === 'string' && value.startsWith('file:'))
  if (isUrl) return fromUrl(value)
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? resolve(base, value) : null
}

function fromUrl(url: string | URL): string | null {
  try {
    return fileURLToPath(url)
  } catch {
    // another scheme, another host, an encoded slash
    return null
  }
}
