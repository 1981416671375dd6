import { stream } from "@gumbel/random";
import { z } from "zod";
import type { Dataset } from "./dataset.js";
import { pointsDataset } from "./points.js";

const optionsSchema = z.strictObject({
  n: z.int().min(2).default(1000).describe("Number of points, half of them in each ring."),
  noise: z
    .number()
    .min(0)
    .default(0.05)
    .describe("Standard deviation of the normal noise on each coordinate."),
});

/** Two concentric rings of radius 1 and 0.5, as in scikit-learn's make_circles(factor=0.5). */
export const circles: Dataset<z.output<typeof optionsSchema>> = {
  title: "Two circles",
  optionsSchema,
  async open({ n, noise }, { seed }) {
    const random = stream(seed, "circles");
    return pointsDataset("circles", "Two circles", ["outer", "inner"], n, (i, ring) => {
      const count = ring === 0 ? Math.ceil(n / 2) : Math.floor(n / 2);
      const angle = (2 * Math.PI * i) / count;
      const radius = ring === 0 ? 1 : 0.5;
      return [
        radius * Math.cos(angle) + noise * random.normal(),
        radius * Math.sin(angle) + noise * random.normal(),
      ];
    });
  },
};
