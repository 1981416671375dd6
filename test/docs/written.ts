/** Parts of the documents that a test writes from records, between two marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { root } from "../workspace.js";

const mark = /<!-- record: (\S+) -->\n([\s\S]*?)<!-- end of the record -->/g;

/**
 * Checks that the marked parts of a document are what is made of the records; GUMBEL_WRITE_DOCS=1 writes them.
 *
 * @param parts text of each part, by the name in its mark
 */
export function expectWritten(document: string, parts: Record<string, string>): void {
  const path = join(root, "docs", document);
  const text = readFileSync(path, "utf8");
  const names: string[] = [];
  const written = text.replaceAll(mark, (_, name: string) => {
    names.push(name);
    return `<!-- record: ${name} -->\n\n${parts[name]}\n\n<!-- end of the record -->`;
  });
  if (process.env.GUMBEL_WRITE_DOCS) writeFileSync(path, written);
  expect(names).toEqual(Object.keys(parts));
  expect(readFileSync(path, "utf8")).toBe(written);
}
