#!/usr/bin/env node
// Runs the named stage, as src/bundle.mjs bundles it, in the current folder's pipeline. Not built, so that pnpm can link it
// before the first build.
import { start } from "@gumbel/config/start";

const [name, ...more] = process.argv.slice(2);
if (more.length > 0) {
  console.error(`error: the stage ${name} takes no arguments: ${more.join(" ")}
  to do:    GUMBEL_SET="train.epochs=3 model.wG=6" sets fields of pipeline.json for one run; see docs/configuration.md`);
  process.exit(1);
}
await start(() => import(`./dist/${name}.js`));
