/** The words of V8, and of Node for it, when the heap is exhausted: the process ends with them, by SIGABRT or SIGTRAP. */

/** Node 20, 22 and 24: `FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory`, or for another, short reason. */
const OF_NODE = /FATAL ERROR: [^\n]{0,256}Allocation failed - JavaScript heap out of memory/

/** Where nobody else speaks for V8, as in programs that have embedded it. */
const OF_V8 = /^# Fatal JavaScript out of memory: /m

/** Not a thread's own heap (ERR_WORKER_OUT_OF_MEMORY), which is an error that can be caught; not memory beside the heap. */
export const saysHeapExhausted = (text: string): boolean => OF_NODE.test(text) || OF_V8.test(text)
