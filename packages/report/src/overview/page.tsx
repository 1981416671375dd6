import { readFileSync } from "node:fs";
import { document } from "../page.js";
import { readoutScript } from "../readout.js";
import { App } from "./app.js";
import type { Entry } from "./entry.js";
import { style } from "./style.js";
import { startView } from "./view.js";

/** `src/overview/client.tsx` with all it needs, bundled by the build. */
const script = readFileSync(new URL("client.bundle.js", import.meta.url), "utf8");

/** The index over every pipeline, which works from disk. */
export function overviewPage(entries: Entry[]): string {
  return document(
    "Gumbel: all pipelines",
    <>
      <div id="overview">
        <App entries={entries} view={startView} />
      </div>
      <footer class="wide">Made by Gumbel. Beside this page: report.json, the same for machines.</footer>
      <noscript>
        <style>{".toolbar, .pipelines .pick { display: none; }"}</style>
      </noscript>
      {/* Inside a script nothing is escaped: "<" would end it. */}
      <script
        id="entries"
        type="application/json"
        dangerouslySetInnerHTML={{ __html: JSON.stringify(entries).replace(/</g, "\\u003c") }}
      />
    </>,
    [script, readoutScript],
    style,
  );
}
