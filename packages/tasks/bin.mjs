#!/usr/bin/env node
// Runs the named stage in the current folder's pipeline. Not built, so that pnpm can link it before the first build.
await import(`@gumbel/${process.argv[2]}/main`);
