/** What runs in a browser: streams there are made from a state, without a name. */
export { evenlySpaced } from "./evenlySpaced.js";
export { RandomStream } from "./randomStream.js";
