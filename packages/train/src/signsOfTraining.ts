/** Signs of a collapse that training alone sees: the encodings of the examples do not show them. */
import { tf } from "@gumbel/engine";
import { isConstant, type Sign } from "@gumbel/metrics";
import { drawRows, type Model, type Phase } from "@gumbel/models";
import { stream } from "@gumbel/random";

/** Examples that are drawn of each cluster to see whether the noise changes anything. */
const drawn = 4;
/** A variance of drawn examples below this share of their mean square is none. */
const unchanged = 1e-4;

/**
 * Those of a model after an epoch of a phase.
 *
 * @param terms means of the objective's terms in that epoch, `player/term` if there are several players
 */
export const signsOfTraining = (model: Model, phase: Phase, terms: Record<string, number>): Sign[] => [
  ...ofGenerator(model),
  ...(phase.signs?.(terms) ?? []),
];

/** A generator that draws the same example whatever the noise. */
function ofGenerator(model: Model): Sign[] {
  const size = model.decoder.generator?.noise ?? 0;
  if (size === 0) return [];
  const rows = tf.tidy(() => drawRows(model, stream(0, "monitor").fill("normal", drawn * size), drawn));
  const values = rows.dataSync<"float32">();
  const d = rows.shape[1]!;
  const constant = Array.from({ length: values.length / (drawn * d) }, (_, row) =>
    isConstant(values.subarray(row * drawn * d, (row + 1) * drawn * d), d, unchanged),
  );
  rows.dispose();
  if (!constant.every(Boolean)) return [];
  return [
    {
      name: "constant-generator",
      what: "the generator draws the same example whatever the noise",
      hint: "lower train.learningRate, or lower the weight of the prior on the noise",
    },
  ];
}
