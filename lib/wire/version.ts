/** Of this package, for what is written beyond it. A constant, since a bundle has no package.json beside it; a test holds it to that file. */
export const VERSION = '0.1.0'
