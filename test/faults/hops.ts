/** Who forks faster than it is killed. */

/** Each starts the next one and ends, for ever, about forty times a second; `how`: in a session of its own or in the child's. */
export const hops = (how: '' | 'setsid') =>
  `hop='sleep 0.02; ${how} sh -c "$hop" & exit'; export hop; trap '' TERM; ${how} sh -c "$hop" & wait; exec sleep 1000`
