/** The process that this host exists to run: like an editor, it asks tsserver about a file, one question after the other. */
import { appendFileSync } from 'node:fs'
import { questionsAbout } from './questions.js'
import { connect } from './tsserver-client.js'

const { DEMO_REQUESTS, DEMO_ANSWERS, DEMO_LOG, DEMO_FILE } = process.env
const PAUSE_MS = 300

const tsserver = connect(DEMO_REQUESTS, DEMO_ANSWERS)
const questions = questionsAbout(DEMO_FILE)

tsserver.tell('open', { file: DEMO_FILE })
void ask(0)

async function ask(count) {
  const { command, args } = questions[count % questions.length]
  const { success, body } = await tsserver.ask(command, args)
  const answered = success === true && body !== undefined
  appendFileSync(DEMO_LOG, `${JSON.stringify({ at: Date.now(), command, answered })}\n`)
  setTimeout(ask, PAUSE_MS, count + 1)
}
