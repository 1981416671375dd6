/** The report stage. */
import { runStage } from "@gumbel/stage";
import { Aside } from "./aside.js";
import { buildReport } from "./buildReport.js";

await runStage("report", "0.1.0", async (stage) => {
  const aside = new Aside(new URL("./worker.js", import.meta.url));
  try {
    await buildReport(stage, aside);
  } finally {
    await aside.end();
  }
});
