/** Links from the overview to the pages of pipelines and studies. */
import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import { artifactPath, pipelinesInRows, readStudy, studyNames } from "@gumbel/workspace";
import type { Common } from "./entry.js";

/** Link from the overview's page to the page that a stage of a pipeline, or of a study, wrote. */
export function linkTo(root: string, name: string, stage: "report" | "reproduce"): string {
  const path = relative(
    artifactPath(root, "overview", "report"),
    artifactPath(root, name, stage, "index.html"),
  );
  return path.split(sep).map(encodeURIComponent).join("/");
}

/** The studies of a workspace, and the pipelines that their tables and figures name. */
export class StudyLinks {
  readonly #studies: { link: Common["studies"][number]; names: Set<string> }[] = [];

  static async of(root: string): Promise<StudyLinks> {
    const links = new StudyLinks();
    for (const name of studyNames(root)) {
      const study = await readStudy(root, name);
      const drawn = study.figures.flatMap((figure) => ("pipelines" in figure ? figure.pipelines : []));
      const written = existsSync(artifactPath(root, name, "reproduce", "index.html"));
      links.#studies.push({
        link: { name, title: study.title, page: written ? linkTo(root, name, "reproduce") : null },
        names: new Set([...pipelinesInRows(study), ...drawn]),
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
