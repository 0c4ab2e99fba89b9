/** Secrets in the words of a command line, by program and by flag; and in an environment. */
import t from 'tap'
import { maskArgs, maskCommand, maskEnv } from '../../lib/core/mask.js'

t.test('a short flag announces a secret to some programs only', async t => {
  const cases: [programs: string[], alone: string | null, joined: string | null][] = [
    [['mysql', 'mariadb', 'mysqldump', 'mysqladmin', 'mariadb-dump'], null, '-p'],
    [['sshpass'], '-p', '-p'],
    [['mongo', 'mongosh', 'mongodump', 'mongorestore'], '-p', null],
    [['docker', 'podman', 'az', 'sqlcmd'], '-P', null],
    [['redis-cli', 'valkey-cli'], '-a', null],
    [['ldapsearch', 'ldapmodify'], '-w', '-w'],
  ]
  for (const [programs, alone, joined] of cases)
    for (const program of programs) {
      for (const flag of ['-p', '-P', '-a', '-w']) {
        t.equal(maskArgs([program, flag, 'x', 'y']), `${program} ${flag} ${flag === alone ? '***' : 'x'} y`)
        const word = `${flag}xz`
        t.equal(maskArgs([program, word, 'y']), `${program} ${flag === joined ? `${flag}***` : word} y`)
        t.equal(maskArgs([program, `x${word}`]), `${program} x${word}`, 'within a word')
      }
      for (const other of [`x${program}`, `${program}x`])
        t.equal(maskArgs([other, `${alone ?? joined}`, 'x']), `${other} ${alone ?? joined} x`)
    }
  t.equal(maskArgs(['mysql', '-pa\nb']), 'mysql -p***', 'on several lines')
})

t.test('a program is recognized by the last part of its path, also behind a wrapper', async t => {
  for (const program of ['/usr/bin/mysql', 'C:\\bin\\mysql.exe', './mysql', 'MySQL.EXE'.toLowerCase(), 'mysql.EXE'])
    t.match(maskArgs(['sudo', program, '-phunter2']), / -p\*\*\*$/, program)
  for (const program of ['mysql/x', 'mysql.exe.txt', 'mysql\\x'])
    t.match(maskArgs(['sudo', program, '-phunter2']), / -phunter2$/, program)
})

t.test('a flag for a user takes user:password', async t => {
  for (const flag of ['-u', '--user', '--proxy-user', '-U']) {
    t.equal(maskArgs(['curl', flag, 'me:a:b c', 'x']), `curl ${flag} me:*** x`)
    t.equal(maskArgs(['curl', flag, 'me:a\nb']), `curl ${flag} me:***`)
    for (const user of ['me', ':pw', 'me:', 'http://host', 'a b:c'])
      t.equal(maskCommand(maskArgs(['curl', flag, user])), maskArgs(['curl', flag, user]), 'as it was')
  }
  t.equal(maskArgs(['curl', '-u', 'http://me']), 'curl -u http://me')
  t.equal(maskArgs(['curl', '-x', 'me:pw']), 'curl -x me:pw')
})

t.test('a flag with the name of a secret takes the next word', async t => {
  const cases: [args: string[], masked: string][] = [
    [['x', '--password', '-pw'], 'x --password ***'],
    [['x', '--token', '-t'], 'x --token -t'],
    [['x', '--token', 'a b'], 'x --token ***'],
    [['x', '-token', 'a'], 'x -token ***'],
    [['x', '--db.token', 'a'], 'x --db.token ***'],
    [['x', '--token', ''], "x --token ''"],
    [['x', '--token', '42'], 'x --token 42'],
    [['x', '---token', 'a'], 'x ---token a'],
    [['x', '--to ken-token', 'a'], "x '--to ken-token' a"],
    [['x', '--7token', 'a'], 'x --7token a'],
    [['x', 'token', 'a'], 'x token a'],
    [['x', 'a--token', 'a'], 'x a--token a'],
    [['--token', 'a'], '--token ***'],
  ]
  for (const [args, masked] of cases) t.equal(maskArgs(args), masked)
})

t.test('a word with an = is masked behind the first name of a secret', async t => {
  const cases: [arg: string, masked: string][] = [
    ['--env=TOKEN=a b', '--env=TOKEN=***'],
    ['TOKEN=a=b', 'TOKEN=***'],
    ['a=b=TOKEN=c', 'a=b=TOKEN=***'],
    ['TOKEN=', 'TOKEN='],
    ['TOKEN=true', 'TOKEN=true'],
    ['a=b', 'a=b'],
    ['a b=TOKEN', "'a b=TOKEN'"],
  ]
  for (const [arg, masked] of cases) t.equal(maskArgs(['x', arg]), `x ${masked}`)
})

t.test('a mask is not quoted, but what needs quotes beside it is', async t => {
  t.equal(maskArgs(['x', 'a TOKEN=b']), "x 'a TOKEN=***'")
  t.equal(maskArgs(['x', 'password: b', 'c d']), "x 'password: ***' 'c d'")
  t.equal(maskArgs(["it's", '']), "'it'\\''s' ''")
  t.equal(maskCommand("mysql '-pa b' 'c"), 'mysql -p*** c')
})

t.test('an environment keeps its names, and values of up to 1024 characters', async t => {
  const [longest, longer] = ['x'.repeat(1024), 'x'.repeat(1025)]
  t.strictSame(maskEnv({ A: longest, B: longer, DB_PASSWORD: longer, C: 'Bearer abcdef', TOKEN: '7' }), {
    ...{ A: longest, B: `${longest}…`, DB_PASSWORD: '***', C: 'Bearer ***', TOKEN: '7' },
  })
})
