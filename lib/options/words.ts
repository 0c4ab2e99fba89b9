/** The words that options take, said once. */

export const LEVELS = ['app', 'normal', 'restrictive', 'off'] as const
export const RESTARTS = ['always', 'on-failure', 'never'] as const
export const WARN_SIGNALS = ['SIGUSR1', 'off'] as const
export const SAMPLERS = ['auto', 'pidusage'] as const
export const LOGS = ['text', 'json', 'osquery', 'off', 'debug'] as const
