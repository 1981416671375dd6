import { readFileSync } from "node:fs";
import { document, Json, readoutScript } from "@gumbel/pages";
import type { Entry } from "../entries/entry.js";
import { App } from "./app.js";
import { aboutOf } from "./preview.js";
import { style } from "./style.js";
import { startView } from "./view.js";

/** `client.tsx` with its imports, bundled by the build. */
const script = readFileSync(new URL("client.bundle.js", import.meta.url), "utf8");

/** The index over every pipeline, which works from disk. */
export function overviewPage(entries: Entry[]): string {
  return document(
    "Gumbel: all pipelines",
    <>
      <div id="overview">
        <App entries={entries} view={startView} />
      </div>
      <footer class="wide">Made by Gumbel. Beside this page: report.json, the same for programs.</footer>
      <noscript>
        <style>{".toolbar, .pipelines .pick { display: none; }"}</style>
      </noscript>
      <Json id="entries" value={entries} />
    </>,
    [script, readoutScript],
    style,
    aboutOf(entries),
  );
}
