import type { z } from "zod";
import { warpsFor } from "../ownData.js";
import type { System } from "../system.js";
import { adam } from "../training/phases.js";
import auxiliaryClustering, { optionsSchema as published } from "./auxiliaryClustering.js";

const { shape } = published;
const ours = <T extends z.ZodType>(schema: z.ZodDefault<T>, value: z.input<T>, why: string) =>
  schema
    .unwrap()
    .prefault(value as never)
    .describe(`${why} (ours).`);

const optionsSchema = published.extend({
  wR: ours(shape.wR, 40, "Weight of L_R"),
  wC: ours(shape.wC, 0.4, "Weight of L_C"),
  wA: ours(shape.wA, 4, "Weight of the cross-entropy"),
  wF: ours(shape.wF, 0.02, "Weight of L_F"),
  assignmentLoss: ours(shape.assignmentLoss, "crossEntropy", "The loss of the assigned labels"),
  reconstructionEpochs: ours(shape.reconstructionEpochs, 1, "Epochs of L_R alone"),
  augmentation: ours(
    shape.augmentation,
    { rotation: 20, scale: 0.2, shear: 0.4, shift: 2 },
    "Warps of the input, of images only; null for none",
  ),
  halveEvery: ours(shape.halveEvery, 8, "Epochs between two halvings of the learning rate"),
  propagation: ours(
    shape.propagation,
    { examples: 10_000 },
    "Labels are propagated along a graph of features",
  ),
});

/**
 * A variant of ours of clustering with auxiliary tasks, not the published method: labels are propagated along a graph of
 * neighbouring features once an epoch, images are warped, and the cross-entropy replaces L_A. The settings were
 * chosen on MNIST with its labels in view.
 */
const auxiliaryClusteringPropagated: System<z.output<typeof optionsSchema>> = {
  ...auxiliaryClustering,
  title: "Clustering with auxiliary tasks, propagated labels",
  variantOf: "auxiliary-clustering",
  optionsSchema,
  training: { epochs: 23, batchSize: 150, labelledPerBatch: 100, optimizer: adam(1e-3) },
  forData: warpsFor,
  small: { ...auxiliaryClustering.small, augmentation: { shift: 1 }, propagation: { neighbours: 3 } },
};
export default auxiliaryClusteringPropagated;
