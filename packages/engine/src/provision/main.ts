/** `node packages/engine/dist/provision/main.js`: the bootstrap runs it after installing. Always exits with 0. */
import { provisionNative } from "./index.js";

const { state, tensorflow, failures } = await provisionNative((line) => console.log(`engine: ${line}`));
if (state === "ready") {
  console.log(`engine: native, TensorFlow ${tensorflow}`);
} else {
  for (const { source, reason, hint } of failures)
    console.log(`engine: ${source} failed: ${reason} (to do: ${hint})`);
  console.log("engine: wasm will run instead, several times slower");
}
