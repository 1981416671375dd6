#!/usr/bin/env node
// A committed file, so that pnpm can link the command before anything is built.
import "./dist/main.js";
