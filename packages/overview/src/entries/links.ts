/** Links from the overview to the pages of pipelines and studies. */
import { artifactPath, listStudies, pageLink, pipelinesIn, readStudy } from "@gumbel/workspace";
import type { Common } from "./entry.js";

/** Link from the overview's page to the page that a stage of a pipeline, or of a study, wrote. */
export const linkTo = (root: string, name: string, stage: "report" | "reproduce"): string | null =>
  pageLink(root, artifactPath(root, "overview", "report"), name, stage);

/** The studies of a workspace, and the pipelines that their tables and figures name. */
export class StudyLinks {
  readonly #studies: { link: Common["studies"][number]; names: Set<string> }[] = [];

  static async of(root: string): Promise<StudyLinks> {
    const links = new StudyLinks();
    for (const name of listStudies(root)) {
      const study = await readStudy(root, name);
      links.#studies.push({
        link: { name, title: study.title, page: linkTo(root, name, "reproduce") },
        names: new Set(pipelinesIn(study)),
      });
    }
    return links;
  }

  /** The studies that a pipeline is a member of or that name it; its own first. */
  naming({ name, study }: { name: string; study: string | null }): Common["studies"] {
    return this.#studies
      .filter(({ link, names }) => link.name === study || names.has(name))
      .map(({ link }) => link)
      .sort((a, b) => Number(b.name === study) - Number(a.name === study));
  }
}
