/** Marks of a figure: what its run did otherwise than the published method. */
import { isAsPublished, limitField } from "@gumbel/config";
import { closeMark } from "../tables/best.js";
import type { Provenance } from "../tables/members.js";
import type { Figure } from "../tables/table.js";

const meanings = {
  "†": "trained on warped copies of the examples",
  "‡": "self-training or propagated labels",
  "§": "settings chosen by looking at labels",
  "‖": "starts from the weights of another pipeline",
  "¶": "other settings than the published ones",
} as const;
type Symbol = keyof typeof meanings;

/** Fields of a departure with a mark of their own; the words beside the figure say how many examples were taken in. */
const ofField = new Map<string, Symbol | null>([
  ["augmentation", "†"],
  ["selfTraining", "‡"],
  ["propagation", "‡"],
  ["pretrainedFrom", "‖"],
  [limitField, null],
]);
const lengths = ["epochs", "pretraining.epochs"];

/** `["†", "§", "6/100"]`: symbols in the order of their meanings, then trained epochs of those published. */
function marksOf(run: Provenance): string[] {
  const found = new Set<string | null>(run.chosenByLabels ? ["§"] : []);
  for (const { field, published } of run.departures) {
    if (lengths.includes(field) && published !== null) continue;
    const mark = ofField.get(field) ?? ofField.get(field.split(".")[0]!);
    found.add(mark === undefined ? "¶" : mark);
  }
  const symbols = Object.keys(meanings).filter((mark) => found.has(mark));
  const marks = [...symbols, ...new Set([...shares(run), ...shares(run.start)])];
  return marks.length === 0 && !isAsPublished(run) && !found.has(null) ? ["¶"] : marks;
}

/** Beside a figure that comes up to the published one. */
const reachedMark = "✓";

/** The marks beside a figure: how it stands beside the best one of its column and the published one, and those of its run. */
export const marksBeside = (figure: Figure): string[] => [
  ...(figure.standing === "close" ? [closeMark] : []),
  ...(figure.reached ? [reachedMark] : []),
  ...marksOf(figure),
];

/** Epochs as a part of those published; a run without epochs of its own has those of the weights it starts from. */
const shares = (run: Pick<Provenance, "departures"> | null): string[] =>
  (run?.departures ?? [])
    .filter(({ field, value, published }) => lengths.includes(field) && published !== null && value !== 0)
    .map(({ value, published }) => `${value}/${published}`);

/** The line under a table: the meaning of each mark that its figures have; empty if they have none. */
export function legend(figures: Figure[]): string {
  const used = new Set(figures.flatMap(marksOf));
  return [
    ...(figures.some(({ reached }) => reached)
      ? [`${reachedMark} better than the published figure, or worse by no more than its standard deviation`]
      : []),
    ...Object.entries(meanings).flatMap(([mark, meaning]) => (used.has(mark) ? `${mark} ${meaning}` : [])),
    ...([...used].some((mark) => mark.includes("/")) ? ["n/m n of the m published epochs"] : []),
  ].join("; ");
}
