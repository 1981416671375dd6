#!/usr/bin/env node
// Committed, so that pnpm can link the command before anything is built.
import { start } from "@gumbel/config/start";

await start(() => import("./dist/main.js"));
