#!/usr/bin/env node
// Committed, so that pnpm can link the command before anything is built.
import "./dist/main.js";
