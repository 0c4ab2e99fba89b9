/** Front door. */

export type { Adoptable } from './adopt/target.js'
export { type AdoptAllOptions, adoptAll } from './adopt-all.js'
export type { Cause, DeferReason, Hang, Kind, Level, LimitName, Phase, Policy, Restart, Verdict } from './core/model.js'
export { createWatcher } from './create-watcher.js'
export type * from './options/types.js'
export type { WatcherEvents } from './outbox.js'
export type { Watcher } from './watcher.js'
export type { WarnMessage } from './wire/beats.js'
export type { ShutdownReport, StatusRow } from './wire/commands.js'
export { ERRORS, type ErrorCode, OsqwatchError, type Problem } from './wire/errors.js'
export type * from './wire/events.js'
export type { ChildStreams, MessageSource } from './wire/traffic.js'
