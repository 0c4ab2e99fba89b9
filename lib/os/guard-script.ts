import { GUARD_HUNT } from './guard-hunt.js'

/**
 * The guard: a POSIX shell (dash, busybox, bash) that waits in `read` and forks nothing until its stdin ends.
 * It is told one line at a time, first by its arguments and then on its stdin: `+ PID START DELAY_MS` (START in ticks since
 * boot, or `-` where the system does not tell), the same with `tree` behind it, `- PID`, and `.` before an end that is no
 * accident. Whatever is not made of digits is ignored, so that nothing but numbers ever reaches `eval`.
 *
 * At the end of its stdin it ends who is still listed, by identity: TERM and CONT, and after that child's own delay KILL.
 * A pid with another start time is a stranger and never signalled. Where the leader is gone, the members that it left in
 * its group and session are ended; the kernel gives nobody a pid that is still some group's. Of a tree, whoever descends from
 * it is listed, too; and after an accident whoever carries the mark in OSQWATCH_MARK (guard-hunt.ts). It looks again until
 * nobody new is found: who forks on is followed. It prints each pid that it signals.
 * Last it takes away its ledger, the file that OSQWATCH_SOCKET names, and the folder around that.
 */
export const GUARD_SCRIPT = `
# A terminal's or a session's end is not the host's end.
trap '' HUP INT TERM QUIT PIPE
set -f
# One variable a child: 'START DELAY TREE'; '-' when it is forgotten and still in the list, unset when it is not in there.
list= length=0 stale=0 closed= told= hunted= hunting= elapsed=0 began=

is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }
is_pid() { case $1 in 0* | 1) return 1 ;; esac; is_number "$1"; }

add() {
  is_pid "$1" && is_number "$3" && { [ "$2" = - ] || is_number "$2"; } || return
  eval "known=\\\${child_$1-}"
  case $known in
    '') list="$list $1" length=$((length + 1)) ;;
    -) stale=$((stale - 1)) ;;
  esac
  eval "child_$1='$2 $3 $4'"
}

# To search the whole list for each that goes would take the square of their number.
remove() {
  is_pid "$1" && recall "$1" || return
  eval "child_$1=-"
  stale=$((stale + 1))
  [ "$stale" -lt 32 ] || [ "$((stale * 2))" -lt "$length" ] || compact
}

compact() {
  rest= length=0 stale=0
  for pid in $list; do
    if recall "$pid"; then rest="$rest $pid" length=$((length + 1)); else unset "child_$pid"; fi
  done
  list=$rest
}

# Is it listed? Then what of it is known.
recall() {
  eval "known=\\\${child_$1--}"
  [ "$known" = - ] && return 1
  start=\${known%% *} tree=\${known##* } delay=\${known#* }
  delay=\${delay% *}
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

# Groups in which somebody lives, once a round: to search for the members of each child would take the product of both numbers.
survey() {
  groups=' '
  set +f
  set -- /proc/[0-9]*
  set -f
  for entry; do look "\${entry#/proc/}" && ! has_ended && groups="$groups$pgrp "; done
}

has_members() {
  kill -0 "-$1" || return 1
  [ "$groups" ] || survey
  case $groups in *" $1 "*) ;; *) return 1 ;; esac
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
  recall "$1" || return 1
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
${GUARD_HUNT}
leave() {
  [ "$OSQWATCH_SOCKET" ] && rm -f "$OSQWATCH_SOCKET" && rmdir "\${OSQWATCH_SOCKET%/*}"
  [ "$OSQWATCH_LEDGER" ] && [ -e "$OSQWATCH_LEDGER" ] && rm -f "$OSQWATCH_LEDGER"
  exit 0
}

# By the kernel's clock (in 10 ms), for a loaded machine sleeps long. Without /proc the sleeps are counted.
pause() {
  if sleep 0.1; then elapsed=$((elapsed + 100)); else sleep 1; elapsed=$((elapsed + 1000)); fi
  clock && elapsed=$((now - began - 10))
}
clock() { read -r uptime _ </proc/uptime && now=\${uptime%.*}\${uptime#*.}0; }

hear() {
  case "$# $1" in
    '4 +') add "$2" "$3" "$4" '' ;;
    '5 +') [ "$5" = tree ] && add "$2" "$3" "$4" tree ;;
    '2 -') remove "$2" ;;
    '1 .') closed=yes ;;
  esac
}

# TERM once, and KILL when its time is up. Who was killed is not waited for: it may be in the kernel's hands.
press() {
  case " $told " in
    *" $1 "*) [ "$elapsed" -ge "$delay" ] || return ;;
    *) told="$told $1" && echo "$1" ;;
  esac
  if [ "$elapsed" -ge "$delay" ]; then signal "$1" KILL && eval "child_$1=-"; else signal "$1" TERM; signal "$1" CONT; fi
}

for line; do hear $line; done
while IFS= read -r line; do hear $line; done
clock && began=$now

while :; do
  pressed= groups= hunting=
  meet_trees
  hunt
  for pid in $list; do
    is_left "$pid" || { recall "$pid" && eval "child_$pid=-"; continue; }
    pressed=yes
    press "$pid"
  done
  # Give up after a minute if there are always new ones.
  [ "$pressed" ] || { [ "$hunting" ] && [ "$elapsed" -lt 60000 ]; } || leave
  compact
  pause
done
`
