/** What came out, in a few sentences of plain words. */
import type { Evaluation } from "@gumbel/tables";

/** The most classes that are named one by one. */
const mostNamed = 12;
/** Share of a cluster's labelled examples that its class has at least, or the cluster is of none. */
const majority = 0.5;
/** Silhouettes that differ by less are alike. */
const alike = 0.02;

/** The sentences, of the run that the report shows. */
export function verdictOf(evaluation: Evaluation): string[] {
  const run = evaluation.runs.find(({ seed }) => seed === evaluation.selectedSeed)!;
  const { classes } = evaluation.dataset;
  return [
    ...(run.assignment.every((label) => label < 0)
      ? [...sizes(run), ...comparedWithKMeans(run, evaluation)]
      : evaluation.baseline === null
        ? ofClassifier(run, classes)
        : [...matched(run), ...classesOf(run, classes)]),
    ...agreement(evaluation),
    ...sampled(evaluation),
  ];
}

type Run = Evaluation["runs"][number];
const percent = (share: number): string => `${(100 * share).toFixed(share > 0.99 && share < 1 ? 2 : 0)} %`;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Of a system that learned from labels: how many examples get their class, of those whose label it did not see. */
function ofClassifier(run: Run, classes: string[]): string[] {
  const { testError = null, unlabelledError = null } = run.figures;
  if (testError !== null)
    return [
      `${percent(1 - testError / 100)} of the test examples get their class.`,
      ...confused(run, classes),
    ];
  if (unlabelledError === null)
    return ["Training saw every label that there is: no figure tells how it does on other examples."];
  return [
    `${percent(1 - unlabelledError / 100)} of the examples that training had no label of get their class.`,
    "All other figures count the labelled ones too.",
    ...confused(run, classes),
  ];
}

function matched({ confusion, assignment }: Run): string[] {
  const all = total(confusion.map(total));
  const right = total(
    assignment.map((label, cluster) => (label < 0 ? 0 : (confusion[label]?.[cluster] ?? 0))),
  );
  const largest = Math.max(...confusion.map(total));
  return [
    `${percent(right / all)} of the examples are in the cluster of their class.`,
    ...(right <= largest
      ? [`One cluster of all would have ${percent(largest / all)}: the largest class.`]
      : []),
  ];
}

/** Which classes have a cluster of their own, which share one, and which have several or none. */
function classesOf({ confusion, clusterSizes }: Run, classes: string[]): string[] {
  const present = [...classes.keys()].filter((label) => total(confusion[label]!) > 0);
  /** The class of each cluster, undefined if it is of none. */
  const owners = clusterSizes.map((_, cluster) => {
    const column = confusion.map((row) => row[cluster]!);
    const most = Math.max(...column);
    return most > majority * total(column) ? column.indexOf(most) : undefined;
  });
  const owned = new Map(present.map((label) => [label, 0]));
  for (const owner of owners) if (owner !== undefined) owned.set(owner, owned.get(owner)! + 1);
  const mainOf = (label: number): number => confusion[label]!.indexOf(Math.max(...confusion[label]!));
  const name = (label: number): string => classes[label]!;

  const own = present.filter((label) => owned.get(label)! > 0);
  const several = own.filter((label) => owned.get(label)! > 1);
  const without = present.filter((label) => owned.get(label)! === 0);
  // A class without a cluster lies in that of another one, or in one that is of no class, with others.
  const groups = new Map<number, number[]>();
  for (const label of without) {
    const cluster = mainOf(label);
    const owner = owners[cluster];
    groups.set(cluster, [...(groups.get(cluster) ?? (owner === undefined ? [] : [owner])), label]);
  }
  const shared = [...groups.values()].filter((labels) => labels.length > 1);
  const alone = [...groups.values()].filter((labels) => labels.length === 1).flat();
  const listed = (labels: number[]): string => list(labels.sort((a, b) => a - b).map(name));
  const named = present.length <= mostNamed;
  const counted =
    own.length === present.length
      ? "Every class has a cluster of its own."
      : `${own.length} of ${present.length} classes have a cluster of their own${named && own.length > 0 ? `: ${list(own.map(name))}` : ""}.`;
  if (!named) return [counted];
  return [
    counted,
    ...shared.map((labels) => `${listed(labels)} share one.`),
    ...(alone.length > 0 ? [`${listed(alone)} ${alone.length === 1 ? "has" : "have"} none.`] : []),
    ...several.map((label) => `${name(label)} has ${owned.get(label)!} clusters.`),
  ];
}

/** The two classes that a classifier mistakes for each other most often. */
function confused({ confusion, assignment }: Run, classes: string[]): string[] {
  let worst = { examples: 0, class: 0, taken: 0 };
  confusion.forEach((row, label) => {
    row.forEach((examples, cluster) => {
      const taken = assignment[cluster]!;
      if (taken >= 0 && taken !== label && examples > worst.examples)
        worst = { examples, class: label, taken };
    });
  });
  if (worst.examples === 0) return [];
  return [
    `The most frequent mistake of all examples: ${classes[worst.class]} is taken for ${classes[worst.taken]}.`,
  ];
}

function sizes({ clusterSizes }: Run): string[] {
  const used = clusterSizes.filter((size) => size > 0).sort((a, b) => a - b);
  const [least, most] = [used[0]!, used.at(-1)!].map((size) => size.toLocaleString("en"));
  return [
    used.length === 1
      ? "One cluster."
      : `${used.length} clusters of ${least === most ? least : `${least} to ${most}`} examples.`,
  ];
}

function comparedWithKMeans({ figures }: Run, { baseline }: Evaluation): string[] {
  const here = figures.silhouette ?? null;
  const theirs = baseline?.silhouette ?? null;
  if (here === null || theirs === null) return [];
  const how =
    Math.abs(here - theirs) < alike
      ? "as far apart as"
      : here > theirs
        ? "further apart than"
        : "less far apart than";
  return [
    `They are ${how} those of k-means on the same data (silhouette ${here.toFixed(3)}, k-means ${theirs.toFixed(3)}).`,
  ];
}

function agreement({ agreement, runs }: Evaluation): string[] {
  if (agreement === null) return [];
  const how = agreement > 0.9 ? "agree" : agreement > 0.6 ? "agree in part" : "disagree";
  return [
    `The ${runs.length} runs ${how}: an adjusted Rand index of ${agreement.toFixed(2)} between two of them, where 1 is the same clusters.`,
  ];
}

const sampled = ({ knn }: Evaluation): string[] =>
  knn.examples < knn.of
    ? [`The kNN errors are of ${knn.examples} of the ${knn.of} test examples, evenly spaced.`]
    : [];
