import { readdirSync } from 'node:fs'
import { isDying, isGroupDying } from './dying.js'
import { hasProc, readStat } from './identity.js'
import type { Signals } from './ports.js'
import { hasEnded } from './sampler/stat.js'

/**
 * Whoever calls these has made sure of the identity. The first four throw a RangeError for a pid that cannot be a child's:
 * to kill(2), 0 is the caller's own group, 1 is init, and -1 is everybody. On Windows a group is its leader alone.
 */
export const signals: Signals = { one, group, isMember, groupAlive, isDying, isGroupDying }

/** Of two moments, the line of parents might form a ring. */
const MOST_ANCESTORS = 64

function one(pid: number, signal: NodeJS.Signals): boolean {
  return send(checked(pid), signal) !== 'ESRCH'
}

function group(pid: number, signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32') return one(pid, signal)
  return send(-notOurs(checked(pid)), signal) !== 'ESRCH'
}

function isMember(pid: number, leader: number): boolean {
  if (pid === leader) return true
  const stat = readStat(pid)
  if (stat === null) return false
  return stat.pgrp === leader || stat.session === leader || descends(stat.parent, leader)
}

function descends(pid: number, from: number): boolean {
  let above = pid
  for (let step = 0; step < MOST_ANCESTORS && above > 1; step++) {
    if (above === from) return true
    above = readStat(above)?.parent ?? 0
  }
  return false
}

/**
 * kill(2) counts zombies, and in a container there may be nobody who ever reaps an orphan: /proc tells them apart.
 * Without /proc EPERM means empty: macOS says so of a group of zombies, and nobody could sweep members that are not ours.
 */
function groupAlive(pid: number): boolean {
  if (process.platform === 'win32') return send(checked(pid), 0) !== 'ESRCH'
  const answer = send(-checked(pid), 0)
  if (answer === 'ESRCH') return false
  if (!hasProc) return answer === 'sent'
  return readdirSync('/proc').some(name => /^\d/.test(name) && isLivingMember(name, pid))
}

function isLivingMember(name: string, pgrp: number): boolean {
  const stat = readStat(name)
  return stat !== null && stat.pgrp === pgrp && !hasEnded(stat)
}

/** EPERM is not a failure to find it: it lives, and belongs to somebody else. */
function send(target: number, signal: NodeJS.Signals | 0): 'sent' | 'ESRCH' | 'EPERM' {
  try {
    process.kill(target, signal)
    return 'sent'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || code === 'EPERM') return code
    throw error
  }
}

function checked(pid: number): number {
  if (Number.isSafeInteger(pid) && pid > 1) return pid
  throw new RangeError(`Not the pid of a child: ${pid}`)
}

let ownGroup: number | null | undefined

/** Asked once: Node has no way to change it. */
function notOurs(pid: number): number {
  ownGroup ??= readStat('self')?.pgrp ?? null
  if (pid !== process.pid && pid !== ownGroup) return pid
  throw new RangeError(`Process group ${pid} is this process's own`)
}
