/**
 * The observer: looks at all processes several times a second, from outside, and tells the first invariant that does not hold.
 * It believes the host in one thing only: which pids are supervised at that moment.
 */
import { FORCED_SHUTDOWN_DELAY_MS, LONGEST_LADDER_MS, markOf, NAME_ENV } from './cast.js'
import { commandOf, environmentOf, isLiving, lives, lookAround } from './proc.js'

/** Who is not supervised is gone within this: what a life leaves has its SIGTERM, its SIGKILL, and a loaded machine's time. */
const GRACE_MS = 2000 + 3000
const AFTER_HOST_MS = FORCED_SHUTDOWN_DELAY_MS + 4000
const ZOMBIE_GRACE_MS = 4000
const PHASE_MS = LONGEST_LADDER_MS + 4000
const ORDER_MS = 30_000
/** One of main's for who is adopted, one of the thread's. */
const MOST_GUARDS = 2
/** Two guards, as one may just have been replaced, and a child that was begun in that instant: nobody was told of it yet. */
const UNTOLD_OF_A_THREAD = 3
/** A process may not have become yet what it is to be. */
const NEW_MS = 1000
/** A longer gap between two looks is the machine's, and is not held against anybody in full. */
const MOST_GAP_MS = 500

/** By which the watcher knows its own who have left their parents and their session. */
const LIFE_ENV = 'OSQWATCH_LIFE'
const RESTING = ['up', 'down']

export class Observer {
  /** Everybody that carries the run's mark, or descends from one who does, by pid and start time. */
  people = new Map()
  seen = 0
  #strangers = new Map()
  #hosts = new Map()
  #mark
  #breach
  #lookedAt = performance.now()
  #guardsMs = 0

  constructor({ run, breach }) {
    this.#mark = markOf(run)
    this.#breach = breach
  }

  watch(host) {
    this.#hosts.set(host.n, host)
  }

  look() {
    const now = performance.now()
    const gap = Math.min(now - this.#lookedAt, MOST_GAP_MS)
    this.#lookedAt = now
    this.#meet(lookAround(), now)
    for (const person of this.people.values()) this.#judge(person, gap, now)
    for (const host of this.#hosts.values()) if (host.endedAt === null) this.#judgeHost(host, gap)
  }

  /** The living first process of a child's present life. */
  leader(host, name) {
    return this.#leaders(host).find(person => person.name === name)
  }

  /** Whoever the host runs for itself. */
  staff(host) {
    return this.#childrenOf(host).filter(isStaff)
  }

  #meet(all, now) {
    const people = new Map()
    for (const seen of all.values()) {
      const person = this.#personOf(seen, all, now)
      if (person !== null) people.set(keyOf(person), Object.assign(person, seen))
    }
    this.people = people
    for (const key of this.#strangers.keys()) if (!all.has(Number(key.split(' ')[0]))) this.#strangers.delete(key)
  }

  #personOf(seen, all, now) {
    const key = keyOf(seen)
    const known = this.people.get(key)
    if (known !== undefined) {
      if (now - known.since < NEW_MS) describe(known)
      return known
    }
    const strangerSince = this.#strangers.get(key) ?? now
    this.#strangers.set(key, strangerSince)
    if (now - strangerSince > NEW_MS) return null
    const n = this.#hostOf(seen, all)
    if (n === null) return null
    this.#strangers.delete(key)
    this.seen++
    return describe({ ...seen, n, since: now, unexplainedMs: 0, zombieMs: 0, name: null, life: null, command: '' })
  }

  /** By its own mark, or by that of its parents. */
  #hostOf({ pid, parent }, all) {
    const path = environmentOf(pid).find(entry => entry.startsWith('PATH=') && entry.includes(this.#mark))
    if (path !== undefined) return Number.parseInt(path.split(this.#mark)[1], 10)
    const above = all.get(parent)
    return (above && this.people.get(keyOf(above))?.n) ?? null
  }

  #judge(person, gap, now) {
    const host = this.#hosts.get(person.n)
    if (host === undefined || host.endedAt !== null) {
      const since = host?.endedAt ?? person.since
      if (isLiving(person) && now - since > AFTER_HOST_MS)
        this.#tell('a host has ended, and this one lives on', [person])
      return
    }
    if (!isLiving(person)) {
      if (person.parent === host.pid && host.isAnswering()) person.zombieMs += gap
      return
    }
    if (this.#isExplained(person, host)) person.unexplainedMs = 0
    else if (host.isAnswering()) person.unexplainedMs += gap
    if (person.unexplainedMs > GRACE_MS && lives(person))
      this.#tell('this one is neither supervised nor gone', [person])
  }

  /** The host, who works for it, or one of a supervised child: of its session, by the mark of its life, or by its parents. */
  #isExplained(person, host) {
    if (person.pid === host.pid || host.supervised.has(person.session)) return true
    const byPid = new Map([...this.people.values()].map(one => [one.pid, one]))
    const isOfLife = pid => person.life !== null && byPid.get(pid)?.life === person.life
    if ([...host.supervised.keys()].some(isOfLife)) return true
    for (let one = person, steps = 0; one !== undefined && steps < 64; one = byPid.get(one.parent), steps++) {
      if (host.supervised.has(one.pid)) return true
      if (one.parent === host.pid) return isStaff(one)
    }
    return false
  }

  #judgeHost(host, gap) {
    this.#judgeLives(host)
    if (!host.isAnswering()) return
    const zombies = [...this.people.values()].filter(({ n, zombieMs }) => n === host.n && zombieMs > ZOMBIE_GRACE_MS)
    const explained = host.zombiesTold + UNTOLD_OF_A_THREAD * host.deathsTold
    if (zombies.length > explained) this.#tell(`more zombies than the ${explained} that are explained`, zombies)
    const guards = this.staff(host).filter(({ command }) => command.includes('osqwatch-guard'))
    this.#guardsMs = guards.length > MOST_GUARDS ? this.#guardsMs + gap : 0
    if (this.#guardsMs > GRACE_MS) this.#tell(`more than ${MOST_GUARDS} guards`, guards)
    for (const [name, phase] of host.phases) {
      phase.lastedMs += gap
      if (!RESTING.includes(phase.phase) && phase.lastedMs > PHASE_MS) {
        this.#tell(
          `${name} does not leave its phase '${phase.phase}'`,
          [...this.people.values()].filter(p => p.name === name),
        )
      }
    }
    for (const order of host.pending.values()) {
      order.waitedMs += gap
      if (order.waitedMs > ORDER_MS) this.#tell(`an order is not answered: ${JSON.stringify(order)}`, [])
    }
  }

  /**
   * Of one host: no two lives of a name at once, and nothing of an earlier one beside a later one. Zero looks: both are looked
   * at once more, the earlier last, so that what is told was true at one moment.
   */
  #judgeLives(host) {
    const latest = new Map()
    for (const leader of this.#leaders(host)) {
      const other = latest.get(leader.name)
      const [earlier, later] = other && Number(other.start) > Number(leader.start) ? [leader, other] : [other, leader]
      latest.set(leader.name, later)
      if (earlier && lives(later) && lives(earlier)) this.#tell('two lives of one name', [earlier, later])
    }
    for (const person of this.people.values()) {
      const leader = latest.get(person.name)
      if (person.n !== host.n || leader === undefined || person.session === leader.pid) continue
      const isOfEarlier = person.name.startsWith('adopted') === false && this.#ledSession(person, leader)
      if (isOfEarlier && lives(leader) && lives(person))
        this.#tell('what an earlier life left, beside the next', [person, leader])
    }
  }

  /** Of a session that an earlier life of that name led. */
  #ledSession({ session, pid, name }, leader) {
    const first = this.sessions.get(session)
    return pid !== leader.pid && first !== undefined && first.name === name && first.pid !== leader.pid
  }

  /** Sessions that leaders led: their numbers are nobody else's while a member lives. */
  sessions = new Map()

  #leaders(host) {
    const leaders = this.#childrenOf(host).filter(person => person.name !== null && !isStaff(person))
    for (const { pid, session, name } of leaders) if (pid === session) this.sessions.set(session, { pid, name })
    return leaders
  }

  #childrenOf(host) {
    return [...this.people.values()].filter(person => person.parent === host.pid && isLiving(person))
  }

  /** From now on it looks, and judges nobody: the run is being cleared away. */
  mute() {
    this.#breach = () => {}
  }

  #tell(invariant, people) {
    this.#breach(invariant, people)
  }
}

const keyOf = ({ pid, start }) => `${pid} ${start}`
const isStaff = ({ command }) => command.includes('osqwatch-')

function describe(person) {
  const environment = environmentOf(person.pid)
  const told = name => environment.find(entry => entry.startsWith(`${name}=`))?.slice(name.length + 1)
  person.name = told(NAME_ENV) ?? person.name
  person.life = told(LIFE_ENV) ?? person.life
  person.command = commandOf(person.pid) || person.command
  return person
}
