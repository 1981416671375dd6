/** The entry of this package for a browser: everything that needs no SHA-256. */
export { evenlySpaced } from "./evenlySpaced.js";
export { RandomStream } from "./randomStream.js";
