import { stream } from "@gumbel/random";
import { z } from "zod";
import type { Dataset } from "./dataset.js";
import { pointsDataset } from "./points.js";

const optionsSchema = z.strictObject({
  n: z.int().min(2).default(1000).describe("Number of points, half of them in each moon."),
  noise: z
    .number()
    .min(0)
    .default(0.1)
    .describe("Standard deviation of the normal noise on each coordinate."),
});

/** Two interleaved half circles, as in scikit-learn's make_moons. */
export const moons: Dataset<z.output<typeof optionsSchema>> = {
  title: "Two moons",
  optionsSchema,
  async open({ n, noise }, { seed }) {
    const random = stream(seed, "moons");
    return pointsDataset("moons", "Two moons", ["upper", "lower"], n, (i, moon) => {
      const count = moon === 0 ? Math.ceil(n / 2) : Math.floor(n / 2);
      const angle = (Math.PI * i) / Math.max(1, count - 1);
      const [x, y] =
        moon === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      return [x + noise * random.normal(), y + noise * random.normal()];
    });
  },
};
