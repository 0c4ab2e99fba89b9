/** In the order in which they run, and stand on the page. */
export const NAMES = ['look', 'overshoot', 'tax', 'hang', 'scale', 'register', 'flood', 'evidence']
