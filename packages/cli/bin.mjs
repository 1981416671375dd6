#!/usr/bin/env node
// Committed, so that pnpm can link the command before anything is built.
import { existsSync } from "node:fs";

if (existsSync(new URL("./dist/main.js", import.meta.url))) {
  await import("./dist/main.js");
} else {
  console.error("error: gumbel is not built yet\n  hint: run pnpm build first");
  process.exitCode = 1;
}
