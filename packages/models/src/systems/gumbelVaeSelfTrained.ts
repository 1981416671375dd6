import type { z } from "zod";
import { warpsFor } from "../ownData.js";
import type { System } from "../system.js";
import { adam } from "../training/phases.js";
import gumbelVae, { optionsSchema as published } from "./gumbelVae.js";

const { shape } = published;
const optionsSchema = published.extend({
  zSize: shape.zSize.unwrap().default(10).describe("Size of the Gaussian latent (ours)."),
  wG: shape.wG
    .unwrap()
    .default(1)
    .describe("Weight of L_G (ours): the clusters need no pressure on z to be used."),
  autoencoderStart: shape.autoencoderStart.unwrap().prefault({ epochs: 6 }),
  augmentation: shape.augmentation
    .unwrap()
    .prefault({ rotation: 20, scale: 0.2, shear: 0.4, shift: 3 })
    .describe("Warps of the input, of images only; null for none."),
  selfTraining: shape.selfTraining.unwrap().prefault({}),
});

/**
 * A variant of ours of the Gumbel-softmax VAE, not the published method: it starts from an autoencoder and k-means, sees
 * warped images, and is drawn to its own sharpened assignments. The settings were chosen on MNIST with its labels in view.
 */
const gumbelVaeSelfTrained: System<z.output<typeof optionsSchema>> = {
  ...gumbelVae,
  title: "Gumbel-softmax VAE, self-trained",
  variantOf: "gumbel-vae",
  optionsSchema,
  training: { epochs: 6, batchSize: 128, optimizer: adam(1e-3) },
  forData: (data) => ({ ...gumbelVae.forData?.(data), ...warpsFor(data) }),
  small: { ...gumbelVae.small, autoencoderStart: { epochs: 2, restarts: 3 }, augmentation: { shift: 1 } },
};
export default gumbelVaeSelfTrained;
