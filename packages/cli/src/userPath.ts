import { resolve } from "node:path";

/** A path as the user typed it: relative to where the command was typed, which pnpm leaves for the project's root. */
export const userPath = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);
