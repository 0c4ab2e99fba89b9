import { accessSync, constants, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'

const OTHERS_WRITE = 0o002

/**
 * Why a program is not safe to be started because a load file says so, or null. osquery's rules: a regular file that this
 * user can execute, owned by root or this user, not writable by others, and not in a directory that everybody may write to
 * (as /tmp is). That its group may write is no reason, here as there: whoever makes a group of writers trusts its members,
 * and where each user has a group of his own every file has that bit. Links are followed: the link's directory and the
 * program's must both be safe.
 */
export function unsafeReason(path: string): string | null {
  try {
    const program = realpathSync(path)
    const stats = statSync(program)
    return (
      unsafeFile(stats) ?? unsafeDirectory(dirname(path)) ?? unsafeDirectory(dirname(program)) ?? unrunnable(program)
    )
  } catch (error) {
    return errorCode(error)
  }
}

function unsafeFile(stats: Stats): string | null {
  if (!stats.isFile()) return 'not a regular file'
  if (stats.uid !== 0 && stats.uid !== process.geteuid?.()) return `owned by uid ${stats.uid}, not by root or this user`
  return stats.mode & OTHERS_WRITE ? 'writable by others' : null
}

function unsafeDirectory(path: string): string | null {
  return statSync(path).mode & OTHERS_WRITE ? `in a world-writable directory: ${path}` : null
}

function unrunnable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK)
    return null
  } catch {
    return 'not executable'
  }
}

/** A program that must not be started. `code` as if the system had refused it. */
export class UnsafeProgramError extends Error {
  readonly code = 'EPERM'
}

/** Throws UnsafeProgramError. */
export function refuseUnsafe(path: string): void {
  const reason = unsafeReason(path)
  if (reason !== null)
    throw new UnsafeProgramError(`will not start ${JSON.stringify(path)}, which has become unsafe: ${reason}`)
}

/** The errno's name: the path stands in the message already. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
