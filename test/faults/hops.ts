/** A chain of processes that ends only if it is cut: each starts the next and exits, forty times a second. `how`: in a session of its own, or not. */
export const hops = (how: '' | 'setsid') =>
  `hop='sleep 0.02; ${how} sh -c "$hop" & exit'; export hop; trap '' TERM; ${how} sh -c "$hop" & wait; exec sleep 1000`
