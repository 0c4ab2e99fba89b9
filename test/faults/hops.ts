/** A chain of processes that ends only if it is cut: each starts the next and exits. `how`: in a session of its own, or not. */
export const hops = (how: '' | 'setsid', seconds = 0.5) =>
  `hop='sleep ${seconds}; ${how} sh -c "$hop" & exit'; export hop; trap '' TERM; ${how} sh -c "$hop" & wait; exec sleep 1000`
