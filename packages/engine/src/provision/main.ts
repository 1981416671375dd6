/** `node packages/engine/dist/provision/main.js`: what the bootstrap runs after installing. Always ends with 0. */
import { provisionNative } from "./index.js";

const { state, tensorflow, closed } = await provisionNative((line) => console.log(`engine: ${line}`));
if (state === "ready") {
  console.log(`engine: native, TensorFlow ${tensorflow}`);
} else {
  for (const { way, reason, cure } of closed)
    console.log(`engine: ${way} not to be had: ${reason} (cure: ${cure})`);
  console.log("engine: wasm will run instead, several times slower");
}
