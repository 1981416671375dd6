import { findRoot } from "@gumbel/workspace";

/** The project's root. */
export const root = findRoot(import.meta.dirname);
