import { readFileSync } from 'node:fs'
import t from 'tap'
import { VERSION } from '../../lib/wire/version.js'

t.equal(VERSION, JSON.parse(readFileSync('package.json', 'utf8')).version)
