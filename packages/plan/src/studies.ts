/** The studies that a report links to. */
import type { ReportPlan } from "@gumbel/config";
import { listPipelines, readStudies, studiesOf } from "@gumbel/workspace";

/** The studies that a pipeline is a member of or that show it; its own first. */
export async function studiesShowing(root: string, pipeline: string): Promise<ReportPlan["studies"]> {
  const study = (await listPipelines(root)).find(({ name }) => name === pipeline)?.study ?? null;
  return studiesOf(await readStudies(root), { name: pipeline, study }).map(({ name, title }) => ({
    name,
    title,
  }));
}
