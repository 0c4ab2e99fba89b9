import { runHost, type Said } from '../e2e/hosts.js'
import { row } from './row.js'

const STORY = ['limit', 'warn', 'terminate', 'kill', 'exit', 'backoff', 'spawn']

interface Span {
  readonly from: number
  readonly to: number
}

const find = (said: readonly Said[], type: string) => said.find(line => line.type === type) as Said
const within =
  ({ from, to }: Span) =>
  (line: Said) =>
    Number(line.at) > from && Number(line.at) < to

/** What comes when it was measured or written; and what a loaded machine adds: who waits for a processor is deferred, and says so. */
const BESIDE = ['sample', 'incident', 'defer']
const storyOf = (said: readonly Said[], name: string) =>
  said.filter(line => line.child === name && !BESIDE.includes(String(line.type)))

/** Its second life's start is told once, and ends the story that is compared. */
function upToSecondLife(said: readonly Said[]): readonly Said[] {
  const story = storyOf(said, 'hangs')
  return story.slice(0, 1 + story.findIndex(({ type, life }) => type === 'spawn' && life === 2))
}

row(
  {
    struck: 'host',
    fault: 'main is blocked for 30 s while a child breaks a limit and another crashes',
    holds: 'ladder, respawn and beats go on; all of it is told afterwards, in order',
  },
  async t => {
    t.test('main is blocked until the child lives again', async t => {
      const { end, said, stderr } = await runHost(t, 'host-blocked.mjs', 'blocked')
      t.strictSame([end, stderr], [[0, null], ''])
      const block = find(said, 'free') as unknown as Span
      t.ok(block.to - block.from >= 30_000, 'it was')

      t.test('samples, beats, the ladder and the respawn go on meanwhile', async t => {
        const story = upToSecondLife(said)
        t.strictSame(story.map(({ type }) => type).slice(-STORY.length), STORY)
        t.strictSame(
          story.slice(-STORY.length).filter(line => !within(block)(line)),
          [],
          'all of it happened in the meantime',
        )
        t.match(find(story, 'limit'), { verdict: 'heartbeat', hang: 'spinning', life: 1 })
        t.match(find(story, 'exit'), { signal: 'SIGKILL', cause: 'limit', life: 1 })
        const crash = storyOf(said, 'crashes').slice(0, 4)
        t.strictSame(
          crash.map(({ type }) => type),
          ['spawn', 'exit', 'backoff', 'spawn'],
        )
        t.strictSame(crash.map(within(block)), [false, true, true, true])

        const samples = said.filter(line => line.type === 'sample' && line.child === 'healthy' && within(block)(line))
        t.ok(samples.length >= 6, `${samples.length} windows of a second of the healthy one in the meantime`)
        const late = samples.filter(({ lateness }) => Number(lateness) > (block.to - block.from) / 2)
        t.strictSame(late, [], 'its beats were asked for and heard')
        t.strictSame(
          storyOf(said, 'healthy').filter(
            ({ type }) => !['spawn', 'ready', 'terminate', 'exit'].includes(String(type)),
          ),
          [],
        )
      })

      t.test('what happened meanwhile is told afterwards, complete and in order', async t => {
        const meanwhile = said.filter(within(block))
        t.ok(meanwhile.length > STORY.length)
        t.strictSame(
          meanwhile.filter(({ receivedAt }) => Number(receivedAt) < block.to),
          [],
          'main could not have heard it',
        )
        const times = said.filter(({ at }) => at !== undefined).map(({ at }) => Number(at))
        t.strictSame(
          times,
          times.toSorted((a, b) => a - b),
          'in the order in which it happened',
        )
        const lives = storyOf(said, 'hangs').filter(({ type }) => type === 'spawn' || type === 'exit')
        t.strictSame(
          lives.map(({ type, life }) => `${type} ${life}`),
          lives.map((_, index) => `${index % 2 === 0 ? 'spawn' : 'exit'} ${Math.floor(index / 2) + 1}`),
          'no life and no end of one is missing',
        )
        const cpu = said
          .filter(({ type, child }) => type === 'sample' && child === 'healthy')
          .map(({ cpuMs }) => Number(cpuMs))
        t.strictSame(
          cpu,
          cpu.toSorted((a, b) => a - b),
          'samples too',
        )
      })
    })

    t.test('the same child is found out in the same way while main is free', async t => {
      const { end, said } = await runHost(t, 'host-blocked.mjs', 'free')
      t.strictSame(end, [0, null])
      const story = upToSecondLife(said)
      t.strictSame(
        story.map(({ type }) => type),
        ['spawn', 'ready', ...STORY],
      )
      t.match(find(story, 'limit'), { verdict: 'heartbeat', hang: 'spinning', life: 1 })
      t.match(find(story, 'exit'), { signal: 'SIGKILL', cause: 'limit', life: 1 })
    })
  },
)
