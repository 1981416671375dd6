/** The report stage: one self-contained page, report.json, and every plot as SVG and PNG. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runStage, toJson, writeFileAtomic } from "@gumbel/artifacts";
import { loadReportData } from "./data.js";
import { pipelinePage } from "./page.js";
import { toPng } from "./plots/render.js";
import type { Section, SectionContent } from "./section.js";
import { sections } from "./sections/registry.js";
import { summarise } from "./summary.js";

await runStage("report", "0.1.0", async (stage) => {
  const data = await loadReportData(stage);
  const shown: { section: Section; content: SectionContent }[] = [];
  for (const section of sections) {
    const content = await section.render(data);
    if (content) shown.push({ section, content });
  }
  for (const plot of shown.flatMap(({ content }) => content.plots ?? [])) {
    await writeFileAtomic(await stage.output(`plots/${plot.name}.svg`), plot.svg);
    await writeFileAtomic(await stage.output(`plots/${plot.name}.png`), toPng(plot));
  }
  await writeFileAtomic(await stage.output("report.json"), toJson(summarise(data)));
  await writeFileAtomic(await stage.output("index.html"), pipelinePage(data, shown));
  console.log(pathToFileURL(join(stage.folder, "index.html")).href);
});
