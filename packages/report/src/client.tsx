/** What runs in the reader's browser: small scripts of src/client, inlined, and the data they are given. */
import { readFile } from "node:fs/promises";

/** The text of a script of src/client. */
export const clientScript = (name: string): Promise<string> =>
  readFile(new URL(`./client/${name}.js`, import.meta.url), "utf8");

/** Data for a script: JSON that no text in it can end. */
export function Json({ id, value }: { id: string; value: unknown }) {
  const text = JSON.stringify(value).replace(/</g, "\\u003c");
  return <script id={id} type="application/json" dangerouslySetInnerHTML={{ __html: text }} />;
}
