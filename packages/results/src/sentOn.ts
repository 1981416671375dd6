/** What a report may say when it is sent on: nothing of the folders of the machine that made it. */
import { homedir, tmpdir } from "node:os";
import { basename, isAbsolute, sep } from "node:path";

/** Settings in which a path that leads out of the project is the name of its file. */
export function settingsSentOn(settings: Record<string, unknown>): Record<string, unknown> {
  const shortened = JSON.stringify(settings, (_, value: unknown) =>
    typeof value === "string" && (isAbsolute(value) || value.startsWith("..")) ? basename(value) : value,
  );
  return JSON.parse(shortened) as Record<string, unknown>;
}

/** An absolute path, or one that leads upwards, whose last part is kept. */
const outside = /(?<![\w.:/\\-])(?:[A-Za-z]:|\.\.)?(?:[\\/][^\s"'`,;:<>|\\/]+)+[\\/]([^\s"'`,;:<>|\\/]+)/g;

/** Text in which a path that leads out of the project is the name of its file, or its path below the project's root. */
export function textSentOn(text: string, root: string): string {
  const known = [root, tmpdir(), homedir()].map((folder) => `${folder}${sep}`);
  return known.reduce((shorter, folder) => shorter.replaceAll(folder, ""), text).replace(outside, "$1");
}
