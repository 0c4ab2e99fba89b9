// Builds dist/ from scratch, so that a file that was renamed leaves nothing behind.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'

rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'], {
  stdio: 'inherit',
})
if (existsSync('dist/lib/cli.js')) chmodSync('dist/lib/cli.js', 0o755)
