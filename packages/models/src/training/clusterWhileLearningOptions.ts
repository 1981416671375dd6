/** Options of the clustering during training. */
import { z } from "zod";

const schedule = {
  startEpochs: z
    .int()
    .min(0)
    .default(10)
    .describe("Epochs of reconstruction alone, a phase of its own before the first clustering (ours)."),
  interval: z.int().min(1).default(5).describe("Epochs between two clusterings (ours)."),
  weight: z
    .number()
    .min(0)
    .default(0.1)
    .describe(
      "w, against the reconstruction (ours). With a large one the clusters of the first clustering stay.",
    ),
};

const examples = z
  .int()
  .min(2)
  .default(2000)
  .describe(
    "At most so many are clustered, evenly spaced; any other goes with the nearest of these (ours: time and memory grow with the square).",
  );

const schema = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("kmeans"),
    ...schedule,
    restarts: z.int().min(1).default(3).describe("k-means starts in each clustering (ours)."),
  }),
  z.strictObject({
    method: z.literal("dbscan"),
    ...schedule,
    examples,
    minimumPoints: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        "Neighbours, the example itself among them, of a core point; null takes twice the latent's size (Sander et al. 1998).",
      ),
    radius: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe(
        "Of a neighbourhood; null finds one in each clustering, at which much lies in clusters other than the largest (ours).",
      ),
  }),
  z.strictObject({
    method: z.literal("agglomerative"),
    ...schedule,
    examples,
    linkage: z.enum(["ward", "average"]).default("ward"),
  }),
]);
export type ClusterWhileLearningOptions = z.output<typeof schema>;

/** The option as pipeline.json has it: null, or a method with its settings. */
export const clusterWhileLearning = schema
  .nullable()
  .default(null)
  .describe(
    "Clusters the latent while the autoencoder learns, and pulls it to the clusters' centres; null leaves the latent to the reconstruction.",
  );
