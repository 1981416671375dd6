#!/usr/bin/env node
// Runs the stage that is named in the pipeline of the current folder. Not built, so that pnpm can link it at once.
await import(`@gumbel/${process.argv[2]}/main`);
