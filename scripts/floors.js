/**
 * The floors of the house: imports only go down, and what is pure stays pure. Reads lib/ and workers/ of the folder that is
 * given (default: this one), prints one line a violation, and exits 1 if there is any.
 */
import { fileURLToPath } from 'node:url'
import { cycles } from './cycles.js'
import { readSources } from './sources.js'

/** Words that a pure room cannot say: they are a clock, a timer or the process. */
const WORLD = 'Date performance process setTimeout setInterval setImmediate queueMicrotask globalThis'.split(' ')
const CLOCK = WORLD.filter(word => word !== 'process')

/**
 * A row a room, from the roof to the cellar. A file belongs to the first row that it begins with. It may load its own room and
 * the rooms under `loads`; of those under `types` it may import types, which are gone at run time. `node`: may it load Node's
 * own modules, or their types only? A package is judged by the table below.
 */
// biome-ignore format: a table is read by its columns
const ROOMS = [
  //   room          files               loads                                types                             node     not said
  room('cli',        'lib/cli.ts',       'commands wire',                     '',                               'loads', []),
  room('commands',   'lib/cli/',         'host view live settings replay options os core wire', '',                       'loads', []),
  room('register',   'lib/register.ts',  'host os wire',                      '',                               'loads', []),
  room('required',   'lib/register-required.cts', '',                         '',                               'no',    WORLD),
  room('host',       'lib/host/',        'adopt-all create watcher live settings options log os core wire', 'streams', 'loads', []),
  room('settings',   'lib/settings/',    'options core wire',                 '',                               'loads', []),
  room('log',        'lib/log.ts',       'osquery',                           'options wire',                   'no',    []),
  room('osquery',    'lib/osquery/',     'outbox telemetry wire',             '',                               'loads', []),
  room('replay',     'lib/replay/',      'core wire',                         '',                               'no',    WORLD),
  // In a browser.
  room('page',       'lib/view/page/',    'view',                              '',                               'no',    ['process', 'setInterval']),
  room('view',       'lib/view/',         'core wire',                         '',                               'no',    WORLD.filter(word => word !== 'Date')),
  room('index',      'lib/index.ts',     'adopt-all create osquery wire',     'watcher outbox options core adopt telemetry', 'no', WORLD),
  room('opentelemetry', 'lib/opentelemetry/', 'telemetry wire',         'watcher core',                   'no',    CLOCK.filter(word => word !== 'setTimeout')),
  room('adopt-all',  'lib/adopt-all.ts',  'adopt create worker-file os wire', 'watcher options',                'no',    []),
  room('create',     'lib/create-watcher.ts', 'watcher outbox options os',    '',                               'no',    WORLD),
  room('watcher',    'lib/watcher.ts',   'adopt thread traffic deaths passing outbox options os core wire', '',                       'loads', []),
  room('adopt',      'lib/adopt/',        'options os core wire',             '',                               'loads', []),
  room('passing',    'lib/passing.ts',    '',                                  'wire',                           'no',    WORLD),
  room('outbox',     'lib/outbox.ts',    'telemetry',                         'wire',                           'types', CLOCK),
  room('telemetry',  'lib/telemetry.ts', 'wire',                              '',                               'loads', CLOCK),
  room('deaths',     'lib/deaths.ts',    'os core',                           'wire',                           'no',    []),
  room('thread',     'lib/thread.ts',    'line pool watch-over worker-file os core wire', 'thread-watch traffic',   'loads', []),
  room('pool',       'lib/pool.ts',      'worker-file',                       '',                               'no',    CLOCK),
  room('watch-over', 'lib/watch-over.ts', 'thread-watch os wire',             'line core',                      'no',    WORLD),
  room('thread-watch', 'lib/thread-watch.ts', 'core',                         'os',                             'no',    WORLD),
  room('traffic',    'lib/traffic.ts',   'sendings streams os wire',          '',                               'loads', []),
  room('sendings',   'lib/sendings.ts',  'os wire',                           '',                               'no',    []),
  room('streams',    'lib/child-streams.ts', '',                              'wire',                           'loads', CLOCK.filter(word => word !== 'setImmediate')),
  room('line',       'lib/line.ts',      'wire',                              '',                               'loads', CLOCK),
  room('worker-file','lib/worker-file.ts', 'os wire',                            '',                               'loads', CLOCK),
  room('live',       'lib/live/',        '',                                  'core wire',                      'loads', []),
  room('options',    'lib/options/',     'os core wire',                      '',                               'loads', []),
  room('workers',    'workers/',         'supervisor os wire',                '',                               'loads', []),
  room('supervisor', 'lib/supervisor/',  'core',                              'os wire',                        'no',    CLOCK),
  room('os',         'lib/os/',          'core wire',                         '',                               'loads', []),
  room('client',     'lib/client.cts',   'witness',                           'wire',                           'loads', []),
  room('witness',    'lib/witness/',     '',                                  'wire',                           'loads', []),
  room('child',      'lib/child.cts',    '',                                  'wire',                           'loads', CLOCK.filter(word => word !== 'globalThis')),
  room('wire',       'lib/wire/',        '',                                  'core',                           'types', CLOCK),
  room('core',       'lib/core/',        '',                                  '',                               'no',    WORLD),
]

/** Every package that is used, and the only files that use it. */
const PACKAGES = {
  '@opentelemetry/api': ['lib/opentelemetry/figures.ts', 'lib/opentelemetry/index.ts'],
  bytes: ['lib/core/units.ts'],
  'cli-table3': ['lib/live/picture.ts'],
  comlink: ['lib/line.ts', 'lib/wire/endpoint.ts', 'workers/watcher.ts'],
  commander: [
    'lib/cli.ts',
    'lib/cli/incident.ts',
    'lib/cli/incidents.ts',
    'lib/cli/limits.ts',
    'lib/cli/replay.ts',
    'lib/cli/run.ts',
    'lib/cli/settings-command.ts',
  ],
  'log-update': ['lib/live/index.ts'],
  ms: ['lib/core/units.ts'],
  pidusage: ['lib/os/sampler/pidusage.ts'],
  piscina: ['lib/pool.ts'],
  'd3-flame-graph': ['lib/view/page/flame.ts'],
  'd3-selection': ['lib/view/page/flame.ts', 'lib/view/page/packages.d.ts'],
  'simple-ascii-chart': ['lib/view/terminal/chart.ts'],
  uplot: ['lib/view/page/axes.ts', 'lib/view/page/lines.ts', 'lib/view/page/plots.ts'],
  'shell-quote': ['lib/cli/extensions.ts'],
}

/** In rooms of several files a part may be closed off: these are all that the supervisor knows of the system. */
const OS_PORTS = 'lib/os/ports.ts'

/** The house asks for about 150. */
const MOST_LINES = 180

function room(name, files, loads, types, node, unsaid) {
  return { name, files, loads: loads.split(' '), types: types.split(' '), node, unsaid }
}

const roomOf = file => ROOMS.find(({ files }) => (files.endsWith('/') ? file.startsWith(files) : file === files))

function wrongSource(source) {
  const home = roomOf(source.file)
  if (home === undefined) return [`${source.file}: stands in no room; give it a row in scripts/floors.js`]
  const said = source.words.filter(({ word }) => home.unsaid.includes(word))
  return [
    ...(source.lines > MOST_LINES ? [`${source.file}: ${source.lines} lines, ${MOST_LINES} at most`] : []),
    ...said.map(({ word, line }) => `${source.file}:${line}: ${home.name} does not say ${word}`),
    ...source.imports.flatMap(found => {
      const why = wrongImport(source.file, home, found)
      return why === null ? [] : [`${source.file}:${found.line}: ${why}`]
    }),
  ]
}

function wrongImport(file, home, { target, specifier, typeOnly }) {
  if (target !== null) return wrongRoom(home, target, typeOnly)
  if (specifier === null) return 'imports by a name that only run time knows'
  if (specifier.startsWith('node:')) return wrongBuiltin(home, specifier, typeOnly)
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const users = PACKAGES[name]
  if (users === undefined) return `imports ${name}, which no row of PACKAGES names`
  return users.includes(file) ? null : `imports ${name}, which is for ${users.join(', ')} alone`
}

function wrongRoom(home, target, typeOnly) {
  const room = roomOf(target)
  if (room === undefined) return `imports ${target}, which stands in no room`
  if (room === home || home.loads.includes(room.name)) return null
  if (!home.types.includes(room.name)) return `${home.name} may not import ${target} (${room.name})`
  if (!typeOnly) return `${home.name} may import types alone of ${target} (${room.name})`
  if (home.name === 'supervisor' && room.name === 'os' && target !== OS_PORTS) {
    return `supervisor knows the system by ${OS_PORTS} alone, not by ${target}`
  }
  return null
}

function wrongBuiltin({ name, node }, specifier, typeOnly) {
  if (node === 'loads' || (node === 'types' && typeOnly)) return null
  return node === 'types' ? `${name} may import types alone of ${specifier}` : `${name} may not import ${specifier}`
}

/** Files that import each other can only be read together. Types count too: no file here is in such a ring, not even by types. */
const wrongCycles = sources => cycles(sources).map(files => `import cycle: ${[...files, files[0]].join(' -> ')}`)

/** One line a violation; a tree without sources is one. */
export function violations(root) {
  const sources = readSources(root, ['lib', 'workers'])
  if (sources.length === 0) return [`${root}: no sources in lib or workers`]
  return [...sources.flatMap(wrongSource), ...wrongCycles(sources)]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = violations(process.argv[2] ?? '.')
  for (const line of lines) console.error(line)
  if (lines.length > 0) process.exitCode = 1
  else console.log(`${ROOMS.length} rooms: every floor holds`)
}
