/**
 * The faults, one a row: whom it strikes (kinds of children, or one of `host`, `watcher`, `thread`, `guard`), how often it is
 * drawn, and what is done. `stage` does it, `name` is the child that was drawn, `random` is this one fault's own generator.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { CAST } from './cast.js'

const ANY = ['node', 'talker', 'tree', 'beating', 'wrapper', 'plain', 'brief', 'failing', 'shadow']
const SHELLS = ['tree', 'beating', 'wrapper']
const NODES = ['node', 'talker']
const LISTENING = [...SHELLS, ...NODES, 'shadow']
/** Those of whom a limit ends what would not end. */
const ENFORCED = [...SHELLS, ...NODES]

/** A signal to the child's first process. */
const sends =
  (...signals) =>
  (stage, name) => {
    for (const signal of signals) stage.signal(name, signal)
  }

/** The word for a Node child, and the same in shell. */
const orders = (word, script) => (stage, name, _random, kind) =>
  stage.order(name, SHELLS.includes(kind) ? script : word)

/** A word to the host. */
const asks =
  (word, more = () => ({})) =>
  (stage, name, random) =>
    stage.ask(word, { name, ...more(random) })

// biome-ignore format: a table is read by its columns
export const MENU = [
  row('SIGKILL',                 8, ANY, sends('SIGKILL')),
  row('SIGTERM',                 5, ANY, sends('SIGTERM')),
  row('SIGSEGV',                 2, ANY, sends('SIGSEGV')),
  row('SIGHUP',                  1, ANY, sends('SIGHUP')),
  row('SIGSTOP',                 3, ANY, sends('SIGSTOP')),
  row('SIGSTOP, then SIGTERM',   2, ANY, sends('SIGSTOP', 'SIGTERM')),
  row('SIGSTOP, then SIGCONT',   4, ANY, stopAndContinue),
  row('SIGKILL to its group',    2, ANY, (stage, name) => stage.signalAll(name, 'SIGKILL')),
  row('SIGSTOP to its tree',     2, ANY, (stage, name) => stage.signalAll(name, 'SIGSTOP')),
  row('spins',                   3, ENFORCED, orders('spin', 'while :; do :; done')),
  row('spins, deaf',             2, ENFORCED, orders('spin-deaf', "trap '' TERM; while :; do :; done")),
  row('blocks for ever',         3, NODES, orders('block')),
  row('blocks for a second',     3, NODES, orders('pause 1000')),
  row('leaks',                   4, NODES, orders('leak')),
  row('leaks in its tree',       3, ['tree', ...NODES], orders('leak-in-tree', '(head -c 150000000 /dev/zero; sleep 60) | tail -c 150000000 >/dev/null &')),
  row('spins in shadow',         2, ['shadow'], orders('spin-on 4000')),
  row('blocks in shadow',        2, ['shadow'], orders('pause 4000')),
  row('hoards in shadow',        2, ['shadow'], orders('hoard')),
  row('exits 0',                 4, LISTENING, orders('exit 0', 'exit 0')),
  row('exits 1',                 4, LISTENING, orders('exit 1', 'exit 1')),
  row('exits 78',                1, LISTENING, orders('exit 78', 'exit 78')),
  row('throws',                  2, NODES, orders('throw')),
  row('ignores SIGTERM',         4, LISTENING, orders('deaf', "trap '' TERM")),
  row('forks helpers',           5, LISTENING, orders('helpers', 'sleep 905 & sleep 905 & sh -c "sleep 905 & sleep 905" &')),
  row('helper in a session',     4, LISTENING, orders('session', 'setsid sleep 906 &')),
  row('session, then exit',      2, LISTENING, orders('leave-session', 'setsid sleep 906 & sleep 0.1; exit 1')),
  row('closes its channel',      2, LISTENING, orders('close-channel', 'exec 3>&-')),
  row('floods its channel',      2, LISTENING, orders('flood', 'yes | head -c 2000000 >&3 &')),
  row('writes garbage',          2, LISTENING, orders('garbage', 'head -c 4000 /dev/urandom >&3')),
  row('writes false beats',      2, NODES, orders('beats')),
  row('leaves its channel open', 3, LISTENING, orders('leave-channel', 'sleep 911 & setsid sleep 911 & sleep 0.1; exit 0')),
  row('floods with extend',      2, LISTENING, orders('extend-flood', 'yes EXTEND_TIMEOUT_USEC=1000000 | head -n 20000 >&3 &')),
  row('asks for time and blocks', 2, NODES, orders('extend-and-block')),
  row('writes half a line',      1, NODES, orders('half-line')),
  row('floods with messages',    2, ['talker'], orders('flood-messages')),
  row('floods its output',       1, ['talker'], orders('print')),
  row('execs',                   3, SHELLS, orders('', 'exec sleep 907')),
  row('double-forks away',       4, SHELLS, orders('', '(setsid sleep 908 &)')),

  row('restart',                12, ANY, asks('restart')),
  row('restart, twice at once',  2, ANY, async (stage, name) => stage.together([['restart', { name }], ['restart', { name }]])),
  row('restart, many at once',   1, ANY, (stage, name) => stage.together(Array.from({ length: 30 }, () => ['restart', { name }]))),
  row('restart of all',          0.5, ['host'], stage => stage.together(CAST.map(({ name }) => ['restart', { name }]))),
  row('remove',                  3, ['extra'], asks('remove')),
  row('add',                     6, ['extra'], asks('add')),
  row('add and remove at once',  3, ['extra'], (stage, name) => stage.together([['add', { name }], ['remove', { name }]])),
  row('remove and add at once',  3, ['extra'], (stage, name) => stage.together([['remove', { name }], ['add', { name }]])),
  row('remove during its ladder',2, ['extra'], (stage, name) => stage.together([['restart', { name }], ['remove', { name }]])),
  row('restart after SIGKILL',   3, ANY, (stage, name) => { stage.signal(name, 'SIGKILL'); stage.ask('restart', { name }) }),
  row('adopt',                   3, ['host'], asks('adopt')),
  row('messages',                4, ['talker', 'node'], asks('send', random => ({ times: random.between(1, 50) }))),

  row('thread terminated',       2, ['host'], asks('terminate-thread')),
  row('throw in the thread',     1, ['host'], asks('throw-in-thread')),
  row('guard killed',            2, ['host'], stage => stage.killGuards()),
  row('guard stopped for a while', 2, ['host'], stopGuards),
  row('no descriptors are left', 1.5, ['host'], asks('take-descriptors', random => ({ ms: random.between(200, 3000) }))),
  row('main blocked',            3, ['host'], asks('block', random => ({ ms: random.between(200, 4000) }))),
  row('host stopped for a while', 2, ['host'], stopHost),
  row('host stopped for long',   0.7, ['host'], stopHostForLong),
  row('host exits',              1, ['host'], stage => stage.endHost(host => host.ask('leave'))),
  row('host exits, no thread',   0.5, ['host'], stage => stage.endHost(host => { host.ask('terminate-thread'); host.ask('leave') })),
  row('SIGTERM to the host',     0.5, ['host'], stage => stage.endHost(host => host.signal('SIGTERM'))),
  row('host killed as it stops', 0.7, ['host'], killAsItStops),
  row('guard stopped, host killed', 0.5, ['host'], (stage, name, random) => { stopGuards(stage, name, random); return stage.killHost() }),
  row('host killed',             1.5, ['host'], stage => stage.killHost()),
  row('thread and host killed',  0.5, ['host'], stage => { stage.ask('terminate-thread'); return stage.killHost() }),
  row('guard and host killed',   0.5, ['host'], stage => { stage.killGuards(); return stage.killHost() }),
]

function row(fault, weight, strikes, act) {
  return { fault, weight, strikes, act }
}

function stopAndContinue(stage, name, random) {
  const whom = stage.signal(name, 'SIGSTOP')
  stage.later(random.between(50, 3000), () => whom && stage.signalOne(whom, 'SIGCONT'))
}

function stopHost(stage, _name, random) {
  stage.later(random.between(100, 3000), stage.stopHost())
}

/** Longer than any limit. */
function stopHostForLong(stage, _name, random) {
  stage.later(random.between(4000, 8000), stage.stopHost())
}

function stopGuards(stage, _name, random) {
  stage.later(random.between(100, 3000), stage.stopGuards())
}

async function killAsItStops(stage, _name, random) {
  const patience = random.between(0, 2000)
  stage.ask('stop')
  await delay(patience)
  await stage.killHost()
}
