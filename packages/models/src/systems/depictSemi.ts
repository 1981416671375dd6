import { z } from "zod";
import { classCount } from "../options.js";
import type { System } from "../system.js";
import { bestNamed, pinLabelled } from "../training/pinnedTargets.js";
import depict, { buildDepict, optionsSchema as unsupervised } from "./depict.js";

const optionsSchema = unsupervised.omit({ clusters: true }).extend({
  candidates: z
    .int()
    .min(1)
    .default(1)
    .describe(
      "First clusterings, each of other examples; that with the most labelled examples right is taken (ours).",
    ),
});

/**
 * DEPICT with a few labels: the whole of `depict`, with one change. Once the first clusters are found, each is matched with a
 * class so that most labelled examples are right (Hungarian method, once); from then on the targets q of the labelled examples
 * are one-hot, their class, and those of all others are as in `depict`.
 *
 * The first clusters decide, and which examples are merged decides over them: `candidates` tries several, and the labels choose
 * (ours). Of 60,000 images 100 would be one of 600 examples of a batch, so ten of them come with every batch (ours).
 */
const depictSemi: System<z.output<typeof optionsSchema>> = {
  ...depict,
  title: "DEPICT with labels",
  optionsSchema,
  training: { ...depict.training, labelledPerBatch: 10 },

  build(context) {
    const clusters = classCount(context.data);
    return buildDepict(
      { ...context, options: { ...context.options, clusters } },
      {
        candidates: context.options.candidates,
        first: (candidates, { labels }) =>
          labels ? bestNamed(candidates, labels, clusters) : candidates[0]!,
        targets(values, { labels }) {
          if (labels) pinLabelled(values, labels, clusters);
        },
      },
    );
  },
};
export default depictSemi;
