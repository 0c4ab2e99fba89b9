import { CLEAN_ENV, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

const EACH = 20
const KINDS = {
  true: { command: 'true', args: [], code: 0 },
  false: { command: 'false', args: [], code: 1 },
  shell: { command: 'sh', args: ['-c', 'exit 7'], code: 7 },
} as const

row(
  {
    struck: 'child',
    fault: 'dies within its first millisecond: sixty of them at once',
    holds: 'each end is told once, after its start, with the right code, and nobody is left',
  },
  async t => {
    const common = { stdio: 'ignore', env: CLEAN_ENV, restart: 'never' } as const
    const kinds = Object.entries(KINDS).flatMap(([name, kind]) =>
      Array.from({ length: EACH }, (_, i) => [`${name} ${i}`, kind] as const),
    )
    const watched = await watch(t, { limits: QUICK })
    await Promise.all(kinds.map(([name, { command, args }]) => watched.watcher.add(name, { command, args, ...common })))
    await watched.until('all have ended', () => watched.all('exit').length === kinds.length)
    for (const [child, { code }] of kinds) {
      const [exit] = watched.all('exit', { child })
      t.match(exit, { code, signal: null, cause: code === 0 ? 'exited' : 'crashed', life: 1 }, child)
      // A loaded machine may be told as its excuse.
      const story = watched.story(child).filter(type => type !== 'defer')
      t.strictSame(story.slice(0, 2), ['spawn', 'exit'])
    }
    const rows = await watched.watcher.status()
    t.strictSame(
      rows.filter(({ kind, phase, pid }) => kind === 'extension' && (phase !== 'down' || pid !== null)),
      [],
    )
  },
)
