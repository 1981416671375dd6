import type { Sign } from "@gumbel/metrics";

/** The sign of a discriminator from which its generator has nothing to learn. @param certain whether it knows every example */
export const discriminatorWins = (certain: boolean): Sign[] =>
  certain
    ? [
        {
          name: "discriminator-wins",
          what: "the discriminator knows every generated example: the generator no longer learns from it",
          hint: "lower train.learningRate, or raise the epsilon of train.optimizer or the discriminator's noise",
        },
      ]
    : [];
