import { Option } from "commander";

/** Options of a command that prints for programs as well. */
export interface ForPrograms {
  json?: true;
}

/** The option `--json`. */
export const forPrograms = (): Option => new Option("--json", "print JSON, as docs/cli.md says");
