/** `npm start`: from a fresh clone to a report. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root, run } from "./common.mjs";

const env = await prepare();
await run(
  "pnpm",
  ["turbo", "run", "report", "--filter=@pipelines/quickstart", "--output-logs=new-only"],
  env,
);
console.log(
  `\nThe report: ${pathToFileURL(join(root, "pipelines", "quickstart", "out", "report", "index.html"))}`,
);
console.log("Next: pnpm turbo run report --filter=@pipelines/mnist");
