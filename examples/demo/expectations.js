/**
 * What should happen. HAPPENINGS can be waited for: the demo ends as soon as all of them have come true (or its time is up).
 * AFTERWARDS can only be said at the end. Each is read from what the watcher told.
 */
import { CRASHES_BEFORE_GIVING_UP, STUBBORN_TERM_TO_KILL_MS } from './cast.js'
import { remaining } from './gone.js'

const ENOUGH_ANSWERS = 10
const LONGEST_SILENCE_MS = 10_000
/** An event is told right after its deed. Where processors are short, "right after" may be some time. */
const TOLD_LATER_MS = 500

export const HAPPENINGS = [
  {
    expected: 'leak: stopped for its memory, before it held twice its limit, and started again',
    isMet: ({ ledger }) =>
      isStoppedFor(ledger, 'leak', 'memory') && isBelowTwice(ledger, 'leak') && ledger.lives('leak') > 1,
  },
  {
    expected: 'spinner: stopped for its heartbeat, and named as spinning',
    isMet: ({ ledger }) =>
      isStoppedFor(ledger, 'spinner', 'heartbeat') && firstLimit(ledger, 'spinner').hang === 'spinning',
  },
  {
    expected: 'burner: stopped for its CPU, and never for its heartbeat, since it answered',
    isMet: ({ ledger }) => isStoppedFor(ledger, 'burner', 'cpu'),
  },
  {
    expected: 'stubborn: warned, SIGTERM, and only SIGKILL ended it, in this order and not sooner than allowed',
    isMet: ({ ledger }) => neededSigkill(ledger.life('stubborn', 1)),
  },
  {
    expected: `crasher: backed off ${CRASHES_BEFORE_GIVING_UP} times, then given up`,
    isMet: ({ ledger }) => isGivenUp(ledger),
  },
  {
    expected: 'while the main thread was blocked: the leak was seen, warned, terminated and gone, at the time',
    isMet: ({ ledger }) => isInOrder(storyOf(ledger.duringBlock(), 'leak'), ['limit', 'warn', 'terminate', 'exit']),
  },
  {
    expected: 'while the main thread was blocked: tsserver went on answering the worker',
    isMet: ({ ledger, conversation }) =>
      conversation().some(({ at }) => at > ledger.block?.from && at < ledger.block.to),
  },
  {
    expected: `tsserver: at least ${ENOUGH_ANSWERS} answers`,
    isMet: ({ conversation }) => conversation().length >= ENOUGH_ANSWERS,
  },
]

export const AFTERWARDS = [
  {
    expected: 'the status messages of the block came after it, and all messages came in order',
    isMet: ({ ledger }) =>
      ledger.duringBlock().every(({ heardAt }) => heardAt >= ledger.block.to) && isChronological(ledger),
  },
  {
    expected: 'each death has its story, and that of the spinner names the line that spun',
    isMet: ({ ledger }) =>
      ledger.incidents.every(({ path }) => path !== null) &&
      ledger.incidents.some(({ child, account }) => child === 'spinner' && /spin\.js:\d+/.test(account)),
  },
  { expected: 'worker: one life, left alone', isMet: ({ ledger }) => isLeftAlone(ledger, 'worker') },
  { expected: 'tsserver: one life, left alone', isMet: ({ ledger }) => isLeftAlone(ledger, 'tsserver') },
  {
    expected: 'tsserver: every answer was a good one, and it answered to the end',
    isMet: ({ ledger, conversation }) => isFluent(conversation(), ledger.stoppedAt),
  },
  {
    expected: 'the watcher: nothing went wrong with it, and it ended as it was asked to',
    isMet: ({ ledger, report }) =>
      report.code === 0 && !ledger.events().some(({ type }) => /^(fault|unhealthy)$/.test(type)),
  },
  { expected: 'afterwards: every process is gone', isMet: ({ ledger }) => remaining(ledger.pids).length === 0 },
]

const firstLimit = (ledger, child) => ledger.of(child, 'limit')[0]

/** Whenever it was stopped it was for this, and it has been. */
function isStoppedFor(ledger, child, verdict) {
  const [exit] = ledger.of(child, 'exit')
  return exit?.cause === 'limit' && ledger.of(child, 'limit').every(event => event.verdict === verdict)
}

const isBelowTwice = (ledger, child) => ledger.of(child, 'limit').every(({ value, limit }) => value < 2 * limit)

function neededSigkill(life) {
  const at = type => life.find(event => event.type === type)?.at
  const story = life.map(({ type }) => type)
  if (!isInOrder(story, ['limit', 'warn', 'terminate', 'kill', 'exit'])) return false
  return life.at(-1).signal === 'SIGKILL' && at('kill') - at('terminate') >= STUBBORN_TERM_TO_KILL_MS - TOLD_LATER_MS
}

function isGivenUp(ledger) {
  const isCrash = ({ cause }) => cause === 'crashed'
  const streaks = ledger.of('crasher', 'backoff').map(({ streak }) => streak)
  const counted = streaks.length === CRASHES_BEFORE_GIVING_UP && streaks.every((streak, i) => streak === i + 1)
  return counted && ledger.of('crasher').at(-1)?.type === 'giveup' && ledger.of('crasher', 'exit').every(isCrash)
}

/** Nothing but its start, and its end when that was asked for. `defer` is the watcher's word for leaving it alone. */
function isLeftAlone(ledger, child) {
  const story = ledger.of(child).map(({ type }) => type)
  return ledger.lives(child) === 1 && !story.includes('limit') && ledger.of(child, 'exit')[0]?.cause === 'requested'
}

function isFluent(conversation, until) {
  const times = [...conversation.map(({ at }) => at), until]
  const isSteady = times.every((at, i) => i === 0 || at - times[i - 1] < LONGEST_SILENCE_MS)
  return isSteady && conversation.every(({ answered }) => answered)
}

const storyOf = (entries, child) =>
  entries
    .map(({ event }) => event)
    .filter(event => event.child === child)
    .map(({ type }) => type)

/** The words come in this order, whatever stands between them. */
function isInOrder(story, words) {
  let from = 0
  return words.every(word => {
    from = story.indexOf(word, from) + 1
    return from > 0
  })
}

const isChronological = ledger => ledger.events().every(({ at }, i, all) => i === 0 || at >= all[i - 1].at)
