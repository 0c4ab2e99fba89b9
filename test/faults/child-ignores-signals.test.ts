import { app, Output, QUICK, watch, withinDelay } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'ignores every catchable signal',
    holds: 'its ladder ends with SIGKILL, after the delay and not before',
  },
  async t => {
    await withinDelay(t, 'it heard SIGTERM, and stayed', 500, async forcedShutdownDelay => {
      const output = new Output(t)
      const watched = await watch(t, {
        limits: { ...QUICK, forcedShutdownDelay, memoryTotal: '120MB', memoryHard: 'off', respawnLimit: 0 },
        extensions: { deaf: app('deaf on-usr2 hoard=150', { stdio: output.stdio }) },
      })
      const { pid } = await watched.event('spawn')
      await output.line(/^up$/)
      process.kill(pid as number, 'SIGUSR2')
      const { code, signal, cause } = await watched.event('exit', { child: 'deaf' })
      t.strictSame({ code, signal, cause }, { code: null, signal: 'SIGKILL', cause: 'limit' })
      const [term] = watched.all('terminate', { child: 'deaf' })
      const [kill] = watched.all('kill', { child: 'deaf' })
      t.ok(Number(kill?.at) - Number(term?.at) >= forcedShutdownDelay - 10, 'it had its time')
      await watched.event('giveup', { child: 'deaf' })
      await watched.end()
      return output.lines.includes('SIGTERM')
    })
  },
)
