/** Assignments of points of the plane at moments of training and at its end. */
import type { Column, Columns, Snapshots } from "@gumbel/tables";
import { z } from "zod";
import type { Assignments, PanelRow } from "./assignmentsPlot.js";
import { propagateLabels } from "./propagateLabels.js";

/** A finished run on points of the plane. */
export interface LearnedPoints {
  snapshots: Snapshots;
  /** The run's latents.arrow. */
  latents: Columns;
  /** The latent in which nearest neighbours are searched, n × F. */
  latent: Column<Float32Array>;
  /** Coordinates of every example of the data, n × 2. */
  features: ArrayLike<number>;
  /** Rows of the examples that keep their label. */
  labelled: number[];
  /** Class of each cluster; -1 for a spare one. */
  assignment: number[];
  classes: string[];
  /** How many labelled features vote. */
  neighbours: number;
}

/** κ of a system that has one; otherwise 1, the nearest labelled feature. */
export function neighboursOf(options: unknown): number {
  const model = z.looseObject({ neighbours: z.int().min(1) }).safeParse(options);
  return model.success ? model.data.neighbours : 1;
}

/** `nearest labelled feature`: whose labels stand in for pseudo-labels. */
export const votersText = (neighbours: number): string =>
  neighbours === 1 ? "nearest labelled feature" : `${neighbours} nearest labelled features`;

/**
 * Assignments of the examples of the snapshots: their clusters, in the colour of the class of each, and above them for partly
 * labelled data their pseudo-labels. A system that propagates labels records these; for another, the vote is computed here.
 */
export function assignmentsOf(run: LearnedPoints): Assignments {
  const { snapshots, features, assignment, classes, neighbours } = run;
  const { index, label } = snapshots;
  const labelled = positionsOf(run.labelled, index);
  const moments = momentsOf(run);
  const row = (title: string, of: Moment[], groupsOf: (moment: Moment) => Int32Array): PanelRow => ({
    title,
    panels: of.map((moment) => {
      const group = [...groupsOf(moment)];
      return { title: moment.title, group, right: rightOf(group, label) };
    }),
  });
  const propagated = moments.filter(({ pseudoLabel }) => pseudoLabel);
  const upper = (): PanelRow =>
    propagated.length > 0
      ? row("Pseudo-label", propagated, ({ pseudoLabel }) => pseudoLabel!)
      : row(`Label of the ${votersText(neighbours)}`, moments, ({ latent: { values, width } }) =>
          propagateLabels(values, width, labelled, label, neighbours),
        );
  const thousandths = (value: number): number => Math.round(1000 * value) / 1000;
  return {
    positions: Array.from({ length: 2 * index.length }, (_, i) =>
      thousandths(features[2 * index[i >> 1]! + (i & 1)]!),
    ),
    marked: labelled.map((point) => ({ point, group: label[point]! })),
    rows: [
      ...(labelled.length > 0 ? [upper()] : []),
      row(labelled.length > 0 ? "Most probable class" : "Cluster", moments, ({ cluster }) =>
        // A cluster has the colour of the class it was matched to.
        cluster.map((k) => (classes.length === 0 ? k : (assignment[k] ?? -1))),
      ),
    ],
    groups: classes,
  };
}

interface Moment {
  title: string;
  cluster: Int32Array;
  latent: Column<Float32Array>;
  /** Pseudo-label of each example; null if the system propagates no labels, and at the end. */
  pseudoLabel: Int32Array | null;
}

/** The snapshots of a run, and its end. */
function momentsOf({ snapshots: { unit, index, moments }, latents, latent }: LearnedPoints): Moment[] {
  const { values, width } = latent;
  const finished = new Float32Array(index.length * width);
  for (const [i, row] of index.entries()) {
    finished.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return [
    ...moments.map(({ at, ...moment }) => ({ title: `${unit} ${at}`, ...moment })),
    {
      title: "finished",
      cluster: Int32Array.from(index, (row) => latents.cluster!.values[row]!),
      latent: { values: finished, width },
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
