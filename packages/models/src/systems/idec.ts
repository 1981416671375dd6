import { matMul, Parameters } from "@gumbel/engine";
import { z } from "zod";
import { Autoencoder, autoencoderOptions } from "../networks/autoencoder.js";
import { clusterCount, clustersOption } from "../options.js";
import { autoencoderFor } from "../ownData.js";
import type { System } from "../system.js";
import { weighted } from "../training/objective.js";
import { adam, mainPhase } from "../training/phases.js";
import { autoencoderPhase, autoencoderPretraining, latentsOf } from "../training/pretraining.js";
import { StudentTClusters, studentTOptions } from "../training/studentT.js";

const optionsSchema = z.strictObject({
  clusters: clustersOption,
  ...autoencoderOptions,
  pretraining: autoencoderPretraining,
  ...studentTOptions,
  clusteringWeight: z
    .number()
    .min(0)
    .default(0.1)
    .describe("γ, against the reconstruction. Guo et al. 2017, section 4.2."),
});

/**
 * Improved deep embedded clustering: DEC with the decoder kept, so that the latent still describes the input.
 *
 *   z = f(x),  q_ij ∝ (1 + ‖z_i - μ_j‖²)⁻¹                                   Student's t, one degree of freedom
 *   p_ij ∝ q_ij² / Σ_i' q_i'j                                                 every `updateInterval` steps
 *   L = (1/N) Σ ‖x - g(z)‖² / d + γ KL(P ‖ Q)
 *
 * It starts from the autoencoder and from k-means on its latent, and ends once the clusters no longer change.
 */
const idec: System<z.output<typeof optionsSchema>> = {
  title: "IDEC",
  reference:
    "Guo, Gao, Liu, Yin 2017, Improved Deep Embedded Clustering with Local Structure Preservation, IJCAI",
  link: "https://www.ijcai.org/proceedings/2017/243",
  optionsSchema,
  // Adam 1e-3 as there on MNIST (SGD elsewhere). The epochs are an upper bound (ours), as for DEC.
  training: { epochs: 100, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: null,
  small: { hidden: [12], latentSize: 4, restarts: 3 },
  forData: autoencoderFor,

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const autoencoder = new Autoencoder(parameters, random, data, options);
    const layer = new StudentTClusters(parameters, clusters, options.latentSize, options);

    const pretraining = autoencoderPhase(autoencoder, options.pretraining);
    const main = mainPhase(
      schedule,
      ({ x, rows }) => {
        const latent = autoencoder.encode(x);
        return weighted({
          reconstruction: autoencoder.reconstructionLoss(x, latent),
          clustering: [layer.loss(latent, rows), options.clusteringWeight],
        });
      },
      {
        start: async (all) => layer.start(latentsOf(autoencoder, all), (i) => random("k-means", i)),
        beforeStep: async (at, all) => layer.beforeStep(at, () => latentsOf(autoencoder, all)),
      },
    );
    return {
      parameters,
      clusters,
      training: { phases: [pretraining, main], state: layer.state },
      encoder: { latent: "feature", encode: (x) => layer.encoding(autoencoder.encode(x)) },
      decoder: autoencoder.decoder((c) => matMul(c, layer.centroids)),
    };
  },
};
export default idec;
