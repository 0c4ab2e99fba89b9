/**
 * How the guard finds who is on nobody's list: the descendants of trees, and whoever carries the mark of its children's lives
 * in the environment, which is handed on from process to process, whatever session or group they are in and whoever their
 * parent is by now. To read an environment takes a lock of the process that is read, and may hang: another process does it,
 * for 2 s at the most. Who is to outlive the host says so (OSQWATCH_KEEP) and is left alone. A process that forks and exits
 * before it is read is found by its child: each search ends when a listing shows no new process, and the guard searches again
 * until it finds none.
 */
export const GUARD_HUNT = `
# The trees, as far as they are what they were: a stranger's children are nobody's here.
meet_trees() {
  kin=
  for pid in $list; do
    recall "$pid" && [ "$tree" ] && look "$pid" && [ "$begun" = "$start" ] && kin="$kin $pid"
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
    recall "$parent"
    meet "$pid" tree
    kin="$kin $pid" found=yes
  done
  [ "$found" ]
}

# As it was just looked at; once, for who has been killed is in nobody's list any more.
meet() {
  case " $hunted " in *" $1:$begun "*) return ;; esac
  hunted="$hunted $1:$begun" patience=$delay hunting=yes
  recall "$1" || add "$1" "$begun" "$patience" "$2"
}

# Members of a group that is ended as a whole are not told twice: leaders come first.
meet_marked() {
  kept=$1 whom=$2
  shift 2
  for entry; do
    case $kept in *"$entry"*) continue ;; esac
    pid=\${entry#/proc/}
    pid=\${pid%/environ}
    # It has exited. A process that it started may be there.
    look "$pid" && ! has_ended || { hunting=yes; continue; }
    if [ "$pgrp" = "$pid" ]; then [ "$whom" = leaders ]; else [ "$whom" = others ] && ! recall "$pgrp"; fi || continue
    delay=\${OSQWATCH_DELAY:-0}
    meet "$pid" ''
  done
}

with_text() { text=$1 && shift && timeout -s KILL 2 grep -lsF -e "$text" "$@"; }

# Processes that no earlier listing showed.
list_fresh() {
  fresh=
  set +f
  set -- /proc/[0-9]*/environ
  set -f
  for entry; do
    case $listed in *" $entry "*) ;; *) fresh="$fresh $entry" ;; esac
  done
  listed="$listed$fresh "
}

hunt() {
  [ "$OSQWATCH_MARK" ] && [ -z "$closed" ] || return
  listed=' ' marked= tries=0
  while [ -z "$marked" ] && [ "$tries" -lt 10 ]; do
    tries=$((tries + 1))
    list_fresh
    [ "$fresh" ] || return
    marked=$(with_text "OSQWATCH_LIFE=$OSQWATCH_MARK" $fresh)
  done
  [ "$marked" ] || return
  kept=" "$(with_text OSQWATCH_KEEP=1 $marked)" "
  meet_marked "$kept" leaders $marked
  meet_marked "$kept" others $marked
}
`
