/**
 * The helper that reads proportional sizes: a POSIX shell (dash, busybox, bash) that forks nothing and waits in `read` until
 * its stdin ends. A question is a line on its stdin, `ID PID ...`; its answer a line on its stdout, `ID KB ...`, with `-`
 * for whoever cannot be read. Whatever is not made of digits is `-`, so that nothing but numbers ever gets into a path.
 */
export const PROPORTIONS_SCRIPT = `
# A terminal's or a session's end is not the host's end.
trap '' HUP INT TERM QUIT
set -f

is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }

# bash seeks back after each line, and the kernel walks the whole memory anew. So it reads on for a sign that never comes.
delimiter=\${BASH_VERSION:+-d%}

measure() {
  size=- text=
  is_number "$1" || return
  while read -r $delimiter some || [ "$some" ]; do text="$text $some"; done <"/proc/$1/smaps_rollup"
  case $text in *Pss:*) set -- \${text#*Pss:}; size=$1 ;; esac
}

while IFS= read -r line; do
  set -- $line
  [ $# -gt 0 ] || continue
  answer=$1
  shift
  for pid; do
    measure "$pid"
    answer="$answer $size"
  done
  echo "$answer"
done
`
