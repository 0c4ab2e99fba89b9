/** This package's version, as package.json has it: a bundled host has no such file beside it. A test holds the two together. */
export const VERSION = '0.1.0'
