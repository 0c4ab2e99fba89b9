/** The library's front door. By its path: the rivals' package.json beside this folder hides the package's own name from it. */
export { createWatcher } from '../../dist/lib/index.js'
