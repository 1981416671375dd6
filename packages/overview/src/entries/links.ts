/** Links from the overview to the pages of pipelines and studies. */
import { artifactPath, type PipelineFolder, pageLink, type Study, studiesOf } from "@gumbel/workspace";
import type { Common } from "./entry.js";

/** Link from the overview's page to the page that a stage of a pipeline, or of a study, wrote. */
export const linkTo = (root: string, name: string, stage: "report" | "reproduce"): string | null =>
  pageLink(root, artifactPath(root, "overview", "report"), name, stage);

/** Finds the studies that a pipeline is a member of or that name it, with their pages; its own first. */
export function studyLinks(
  root: string,
  studies: Map<string, Study>,
): (pipeline: Pick<PipelineFolder, "name" | "study">) => Common["studies"] {
  // Each page is looked for once: hundreds of pipelines link to a few studies.
  const pages = new Map([...studies.keys()].map((name) => [name, linkTo(root, name, "reproduce")]));
  return (pipeline) =>
    studiesOf(studies, pipeline).map(({ name, title }) => ({ name, title, page: pages.get(name) ?? null }));
}
