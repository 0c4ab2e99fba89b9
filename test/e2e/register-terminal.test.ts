/** At a terminal the app has it, as if there were no host: keys, signals, raw mode, job control, size. */
import t from 'tap'
import { look } from './proc.js'
import { fixture } from './programs.js'
import { hasScript, KEY, Terminal } from './terminal.js'
import { until } from './until.js'

const node = (manner: string) => (file: string) =>
  `${process.execPath} --import osqwatch/register ${fixture('register-terminal.cjs')} ${file} ${manner}`

const options = hasScript ? {} : { skip: 'there is no util-linux `script` to make a terminal with' }

t.test('Ctrl-C comes once, and is the end of both', options, async t => {
  const terminal = new Terminal(t, file => `exec ${node('')(file)}`)
  t.match(await terminal.until('up'), { tty: true })
  terminal.press('a line\n')
  t.match(await terminal.until('data'), { text: 'a line\n' })
  terminal.press(KEY.ctrlC)
  t.equal(await terminal.ended(), 5)
  t.strictSame(
    terminal.said().map(({ type }) => type),
    ['up', 'data', 'SIGINT'],
  )
})

t.test('in raw mode it is a key like any other', options, async t => {
  const terminal = new Terminal(t, file => `${node('raw')(file)}; echo ended $?; stty -a`)
  await terminal.until('up')
  terminal.press(KEY.ctrlC)
  t.match(await terminal.until('data'), { text: KEY.ctrlC })
  terminal.press('q')
  await terminal.shows('ended 0')
  await until('the mode is told', () => /-?icanon/.test(terminal.shown))
  t.match(terminal.shown, / icanon/, 'and the terminal is left as it was found')
})

t.test('Ctrl-Z stops it, fg goes on', options, async t => {
  const terminal = new Terminal(t, () => 'set -m; exec sh -i')
  terminal.press(`${node('')(terminal.output.file)}\n`)
  const { pid } = await terminal.until('up')
  terminal.press(KEY.ctrlZ)
  await until('it has stopped', () => look(pid)?.state === 'T')
  const host = look(pid)?.parent ?? 0
  await until('so has its host', () => look(host)?.state === 'T')
  terminal.press('fg\n')
  await terminal.until('SIGCONT')
  await until('it runs', () => look(pid)?.state !== 'T')
  terminal.press(KEY.ctrlC)
  await terminal.until('SIGINT')
  await until('both are gone', () => look(pid) === null && look(host) === null)
  t.equal(terminal.said().filter(({ type }) => type === 'SIGINT').length, 1)
  terminal.press('exit\n')
})

t.test('the size of the window', options, async t => {
  const terminal = new Terminal(t, node('resize'))
  t.match(await terminal.until('SIGWINCH'), { columns: 77 })
  terminal.press(KEY.ctrlC)
  await terminal.until('SIGINT')
  t.equal(terminal.said().filter(({ type }) => type === 'SIGWINCH').length, 1)
})
