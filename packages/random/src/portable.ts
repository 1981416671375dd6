/** What needs no digests: the entry of this package in a browser. */
export { evenlySpaced } from "./evenlySpaced.js";
export { RandomStream } from "./randomStream.js";
