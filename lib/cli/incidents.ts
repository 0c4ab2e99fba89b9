import type { Command } from 'commander'
import { listIncidents, readIncident } from '../os/incident-files.js'
import type { Listed } from '../view/list.js'
import { plainJson } from '../view/neutral.js'
import { headline } from '../view/words.js'
import { folderOf } from './find-incident.js'
import { screenAt } from './screen.js'

export function addIncidents(program: Command) {
  program
    .command('incidents')
    .description('list the incidents: why children were ended, failed, or were given up; the newest first')
    .option('--dir <dir>', 'the folder of incidents, if not that of the settings')
    .option('--json', 'an array of objects')
    .action(async ({ dir, json }: { dir?: string; json?: boolean }) => {
      const folder = folderOf(dir)
      const listed = await summaries(folder)
      if (json === true) process.stdout.write(`${plainJson(listed)}\n`)
      else if (listed.length === 0) process.stdout.write(`No incidents in ${folder}\n`)
      else {
        const { listOf } = await import('../view/list.js')
        process.stdout.write(listOf(listed, screenAt(listed[0]?.at ?? 0)))
      }
    })
}

/** The file says who it was in its own words: a file's name cannot hold every name. */
async function summaries(folder: string): Promise<Listed[]> {
  const listed: Listed[] = []
  for (const { path, at, name, life, pid } of await listIncidents(folder)) {
    try {
      const incident = await readIncident(path)
      const { child, exit, verdict } = incident
      const what = { what: headline(incident), cause: exit.cause, verdict: verdict?.verdict ?? null }
      listed.push({ at: incident.at, name: child.name, life: child.life, pid: child.pid, ...what, path })
    } catch (error) {
      listed.push({
        at,
        name,
        life,
        pid,
        what: `cannot be read: ${(error as Error).message}`,
        cause: null,
        verdict: null,
        path,
      })
    }
  }
  return listed
}
