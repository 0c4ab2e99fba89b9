/**
 * The guard: a POSIX shell (dash, busybox, bash) that waits in `read` and forks nothing until its stdin ends.
 * It is told one line at a time, first by its arguments and then on its stdin: `+ PID START DELAY_MS` (START in ticks since
 * boot, or `-` where the system does not tell), the same with `tree` behind it, and `- PID`. Whatever is not made of digits is ignored, so that nothing but
 * numbers ever reaches `eval`.
 *
 * At the end of its stdin it ends who is still listed, by identity: TERM and CONT, and after that child's own delay KILL.
 * A pid with another start time is a stranger and never signalled. Where the leader is gone, the members that it left in
 * its group and session are ended; the kernel gives nobody a pid that is still some group's. Of a tree, whoever descends from it
 * at that moment is listed, too. Last it takes away the file that OSQWATCH_SOCKET names, and the folder around it.
 */
export const GUARD_SCRIPT = `
# A terminal's or a session's end is not the host's end.
trap '' HUP INT TERM QUIT
set -f
list=

is_listed() { case " $list " in *" $1 "*) ;; *) return 1 ;; esac; }
is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }
is_pid() { case $1 in 0* | 1) return 1 ;; esac; is_number "$1"; }

add() {
  is_pid "$1" && is_number "$3" && { [ "$2" = - ] || is_number "$2"; } || return
  eval "start_$1=$2 delay_$1=$3 tree_$1=$4"
  is_listed "$1" || list="$list $1"
}

remove() {
  is_pid "$1" && is_listed "$1" || return
  unset "start_$1" "delay_$1" "tree_$1"
  rest=
  for pid in $list; do [ "$pid" = "$1" ] || rest="$rest $pid"; done
  list=$rest
}

# Reads /proc/$1/stat with builtins alone. A name may hold brackets and, on old kernels, newlines.
look() {
  text=
  while IFS= read -r line; do text="$text$line "; done <"/proc/$1/stat" || return 1
  [ -n "$text" ] || return 1
  set -- \${text##*') '}
  state=$1 parent=$2 pgrp=$3 session=$4 begun=\${20}
}

has_ended() { case $state in [ZX]) ;; *) return 1 ;; esac; }

has_members() {
  kill -0 "-$1" || return 1
  set +f
  set -- "$1" /proc/[0-9]*
  set -f
  group=$1
  shift
  for entry; do
    look "\${entry#/proc/}" && [ "$pgrp" = "$group" ] && [ "$session" = "$group" ] && ! has_ended && return
  done
  return 1
}

# Is anything left of child $1? leader: may the pid itself be signalled?
is_left() {
  eval "start=\\$start_$1"
  leader=yes
  [ "$start" = - ] && { kill -0 "-$1" || kill -0 "$1"; return; }
  if look "$1"; then
    [ "$begun" = "$start" ] || return 1
    has_ended || return 0
  fi
  leader=
  has_members "$1"
}

# A child that leads no group is signalled alone. (Not kill -s TERM --: busybox does not know it.)
signal() { kill "-$2" "-$1" || { [ "$leader" ] && kill "-$2" "$1"; }; }

# The trees, as far as they are what they were: a stranger's children are nobody's here.
meet_trees() {
  kin=
  for pid in $list; do
    eval "start=\\$start_$pid tree=\\$tree_$pid"
    [ "$tree" ] && look "$pid" && [ "$begun" = "$start" ] && kin="$kin $pid"
  done
  while [ "$kin" ] && meet_children; do :; done
}

is_kin() { case " $kin " in *" $1 "*) ;; *) return 1 ;; esac; }

# Did that find anybody new?
meet_children() {
  found=
  set +f
  set -- /proc/[0-9]*
  set -f
  for entry; do
    pid=\${entry#/proc/}
    is_kin "$pid" || ! look "$pid" || ! is_kin "$parent" && continue
    eval "delay=\\$delay_$parent"
    is_listed "$pid" || add "$pid" "$begun" "$delay" tree
    kin="$kin $pid" found=yes
  done
  [ "$found" ]
}

leave() {
  [ "$OSQWATCH_SOCKET" ] && rm -f "$OSQWATCH_SOCKET" && rmdir "\${OSQWATCH_SOCKET%/*}"
  exit 0
}

pause() {
  if sleep 0.2; then elapsed=$((elapsed + 200)); else sleep 1; elapsed=$((elapsed + 1000)); fi
}

hear() {
  case "$# $1" in
    '4 +') add "$2" "$3" "$4" '' ;;
    '5 +') [ "$5" = tree ] && add "$2" "$3" "$4" tree ;;
    '2 -') remove "$2" ;;
  esac
}

for line; do hear $line; done
while IFS= read -r line; do hear $line; done

meet_trees
for pid in $list; do
  is_left "$pid" && { signal "$pid" TERM; signal "$pid" CONT; }
done

elapsed=0
while :; do
  meet_trees
  rest=
  for pid in $list; do
    is_left "$pid" || continue
    eval "delay=\\$delay_$pid"
    if [ "$elapsed" -ge "$delay" ]; then signal "$pid" KILL; else rest="$rest $pid"; fi
  done
  list=$rest
  [ "$list" ] || leave
  pause
done
`
