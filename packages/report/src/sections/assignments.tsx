import { Figure, plural, Scroll } from "@gumbel/pages";
import type { Snapshots } from "@gumbel/tables";
import { z } from "zod";
import type { ReportData } from "../data/data.js";
import { latentOf, shownRun } from "../data/select.js";
import { assignmentsPlot, type PanelRow } from "../plots/assignments.js";
import { colourIndex } from "../plots/map.js";
import { propagateLabels } from "./propagateLabels.js";
import type { Section } from "./section.js";

/** Points of the plane with their cluster at moments of training and, for partly labelled data, their pseudo-label. */
export const assignments: Section = {
  id: "assignments",
  title: "Assignments while learning",
  shortTitle: "Assignments",
  async render(data) {
    const { info, d, features } = data.examples;
    const snapshots = info.kind === "points" && d === 2 ? await data.snapshots() : undefined;
    if (!snapshots) return undefined;
    const { index, label } = snapshots;
    const labelled = positionsOf(await data.labelled(), index);
    const moments = await momentsOf(data, snapshots);
    const row = (title: string, of: Moment[], groupsOf: (moment: Moment) => ArrayLike<number>): PanelRow => ({
      title,
      panels: of.map((moment) => {
        const group = groupsOf(moment);
        return { title: moment.title, group, right: rightOf(group, label) };
      }),
    });
    const neighbours = neighboursOf(data);
    const voters = neighbours === 1 ? "nearest labelled feature" : `${neighbours} nearest labelled features`;
    // A system that propagates labels records its pseudo-labels; for another, the vote is computed here.
    const propagated = moments.filter(({ pseudoLabel }) => pseudoLabel);
    const propagates = propagated.length > 0;
    const upper = () =>
      propagates
        ? row("Pseudo-label", propagated, ({ pseudoLabel }) => pseudoLabel!)
        : row(`Label of the ${voters}`, moments, ({ latent, width }) =>
            propagateLabels(latent, width, labelled, label, neighbours),
          );
    const rows: PanelRow[] = [
      ...(labelled.length > 0 ? [upper()] : []),
      row(labelled.length > 0 ? "Most probable class" : "Cluster", moments, ({ cluster }) =>
        cluster.map((k) => colourIndex(data, "cluster", k)),
      ),
    ];
    const { classes } = data.evaluation.dataset;
    const plot = assignmentsPlot({
      positions: Float32Array.from(
        { length: 2 * index.length },
        (_, i) => features[2 * index[i >> 1]! + (i & 1)]!,
      ),
      marked: labelled.map((point) => ({ point, group: label[point]! })),
      rows,
      groups: classes,
    });
    return {
      lead: (
        <>
          {plural(index.length, "example")} at moments of training and at its end
          {classes.length > 0 && ", with the share of them in the colour of their class"}.
          {labelled.length > 0 &&
            ` Diamonds: the ${labelled.length} that keep their label. The upper row ${propagates ? "shows the pseudo-label of each other one before that step's epoch" : `shows the label of the ${voters} of each other one`}, the lower row the class of the highest q(c | x).`}
          {shownRun(data)}
        </>
      ),
      plots: [plot],
      body: (
        <Scroll label="Assignments while learning">
          <Figure plot={plot} />
        </Scroll>
      ),
    };
  },
};

interface Moment {
  title: string;
  cluster: Int32Array;
  /** n × width */
  latent: Float32Array;
  width: number;
  /** Pseudo-label of each example; null if the system propagates no labels, and at the end. */
  pseudoLabel: Int32Array | null;
}

/** The snapshots of a run, and its end. */
async function momentsOf(data: ReportData, { unit, index, moments }: Snapshots): Promise<Moment[]> {
  const latents = await data.latents();
  const { values, width } = latentOf(data, latents);
  const finished = new Float32Array(index.length * width);
  for (const [i, row] of index.entries()) {
    finished.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return [
    ...moments.map(({ at, cluster, latent, pseudoLabel }) => ({
      title: `${unit} ${at}`,
      cluster,
      pseudoLabel,
      latent: latent.values,
      width: latent.width,
    })),
    {
      title: "finished",
      cluster: Int32Array.from(index, (row) => latents.cluster!.values[row]!),
      latent: finished,
      width,
      pseudoLabel: null,
    },
  ];
}

/** Positions of the rows among the examples of the snapshots; none if one of them is missing. */
function positionsOf(rows: number[], index: Uint32Array): number[] {
  const positions = new Map(Array.from(index, (row, i) => [row, i]));
  const found = rows.flatMap((row) => positions.get(row) ?? []);
  return found.length === rows.length ? found : [];
}

/** Share of the labelled points in the colour of their class; null without labels. */
function rightOf(group: ArrayLike<number>, label: Int32Array): number | null {
  const withLabel = [...label.keys()].filter((i) => label[i]! >= 0);
  return withLabel.length > 0
    ? withLabel.filter((i) => group[i] === label[i]).length / withLabel.length
    : null;
}

/** κ of a system that has one; otherwise 1, the nearest labelled feature. */
function neighboursOf({ plan }: ReportData): number {
  const model = z.looseObject({ neighbours: z.int().min(1) }).safeParse(plan.effective.model);
  return model.success ? model.data.neighbours : 1;
}
