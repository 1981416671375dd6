import {
  adam,
  Centroids,
  clusterCount,
  clustersOption,
  DenseNetwork,
  encodeAll,
  hiddenOption,
  kmeansSettings,
  mainPhase,
  Parameters,
  type System,
  squaredError,
  weighted,
  z,
} from "@gumbel/models/system";

/** What `"model": { "name": "my-method", … }` may set, each with its default. */
const optionsSchema = z.strictObject({
  clusters: clustersOption,
  hidden: hiddenOption([64], "Hidden layers of the encoder."),
  latentSize: z.int().min(1).default(5).describe("Size of the latent."),
});

/** An autoencoder f, g by (1/N) Σ ‖x - g(f(x))‖², then k-means on f(x): a start, to be replaced by your method. */
const system: System<z.output<typeof optionsSchema>> = {
  title: "My method",
  reference: "Authors, year, title, venue",
  optionsSchema,
  training: { epochs: 50, batchSize: 256, optimizer: adam(1e-3) },
  comparedBy: "total",

  build({ options, data, schedule, random }) {
    const clusters = clusterCount(options.clusters, data);
    const parameters = new Parameters();
    const sizes = [data.d, ...options.hidden, options.latentSize];
    const encoder = new DenseNetwork(parameters, random, "encoder", sizes, "linear");
    const decoder = new DenseNetwork(parameters, random, "decoder", sizes.toReversed(), "linear");
    const centroids = new Centroids(parameters, clusters, options.latentSize);

    return {
      parameters,
      clusters,
      training: {
        phases: [
          mainPhase(schedule, ({ x }) =>
            weighted({ reconstruction: squaredError(decoder.apply(encoder.apply(x)), x) }),
          ),
        ],
        async finish(training) {
          const latents = encodeAll(training, options.latentSize, (x) => encoder.apply(x));
          centroids.fit(latents, kmeansSettings(clusters, 20), (restart) => random("k-means", restart));
          latents.dispose();
        },
      },
      encoder: {
        latent: "feature",
        encode(x) {
          const feature = encoder.apply(x);
          return { cluster: centroids.nearest(feature), feature };
        },
      },
      decoder: { reconstruct: (x) => decoder.apply(encoder.apply(x)) },
    };
  },
};
export default system;
