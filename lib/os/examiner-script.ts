/**
 * The helper that looks at processes: a POSIX shell (dash, busybox, bash), one for each question. Its arguments are a number and pids:
 * so many of them are asked for their mappings, too. Whatever may wait for a lock of the process that is read comes last, each
 * such process's by a shell of its own, so that one that hangs holds up nobody else's.
 *
 * What it prints: `process PID THREADS WCHAN`, then the stat files of its threads as they are, the first thread's foremost,
 * then `end PID`; `command PID ARGS` and `mapped PID BYTES` after `mapping PID RSS SIZE NAME`, in KB; `whole`. As several
 * write at once, what they write are lines of less than 4 KB, which a pipe takes in one piece.
 */

/** Of one process. */
export const MOST_THREADS = 64
export const MOST_MAPPINGS = 12
/** Bytes of a process's arguments that are read. */
export const MOST_COMMAND_BYTES = 3840
/** Bytes of a process's list of mappings that are read: some ten thousand mappings. */
export const MOST_SMAPS_BYTES = 8_388_608

/** In place of the zero bytes between arguments, and of their newlines, which a shell could not hold and a line could not. */
export const BETWEEN_ARGS = '\x1e'
export const NEWLINE_IN_ARG = '\x1f'

/** Sums by name. The end of a long name says more than its beginning. */
const SUM_UP = `
  /^[0-9a-f]+-[0-9a-f]+ / {
    name = $0
    sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ */, "", name)
    if (name == "") name = "[anon]"
    if (length(name) > 200) name = "..." substr(name, length(name) - 196)
  }
  /^Size: .* kB$/ { size[name] += $2 }
  /^Rss: .* kB$/ { rss[name] += $2 }
  { bytes += length($0) + 1 }
  END {
    for (n = 0; n < ${MOST_MAPPINGS}; n++) {
      most = -1
      for (name in rss) if (rss[name] > most) { most = rss[name]; largest = name }
      if (most < 0) break
      printf "mapping %s %.0f %.0f %s\\n", pid, most, size[largest], largest
      delete rss[largest]
    }
    printf "mapped %s %.0f\\n", pid, bytes
  }`

export const EXAMINER_SCRIPT = `
# What takes none of its locks: state, threads, where it sleeps.
tell_threads() {
  wchan=-
  read -r wchan <"/proc/$1/wchan"
  first=/proc/$1/task/$1/stat pid=$1 files=
  set -- "/proc/$1/task"/*/stat
  count=$#
  for file; do
    [ "$file" = "$first" ] || files="$files $file"
    shift
    [ $((count - $#)) -lt ${MOST_THREADS} ] || break
  done
  echo "process $pid $count \${wchan:--}"
  cat "$first" $files
  echo "end $pid"
}

tell_command() {
  args=$(head -c ${MOST_COMMAND_BYTES} "/proc/$1/cmdline" | tr '\\000\\n' '\\036\\037')
  printf 'command %s %s\\n' "$1" "$args"
}

tell_mappings() {
  if command -v awk >/dev/null; then
    head -c ${MOST_SMAPS_BYTES} "/proc/$1/smaps" | awk -v pid="$1" '${SUM_UP}'
  else
    echo "noawk $1"
  fi
}

deep=$1
shift
for pid; do tell_threads "$pid"; done
for pid; do
  [ "$deep" -gt 0 ] || break
  deep=$((deep - 1))
  { tell_command "$pid"; tell_mappings "$pid"; } &
  shift
done
for pid; do tell_command "$pid"; done
wait
echo whole
`
