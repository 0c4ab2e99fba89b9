/** Answers for a moment, and then its loop never comes round again. */
setTimeout(() => {
  for (;;);
}, 300)
