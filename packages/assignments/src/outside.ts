/** Rows of a table far outside of those of training: in other units, or of another kind. */
import { type PreparedFeature, preparedFeatures, type TablePreparation } from "@gumbel/tables";
import type { Clusters } from "./assign.js";

export class FarOutside {
  readonly #features: PreparedFeature[];
  readonly #range: Clusters["range"];
  #rows = 0;
  #outside = 0;
  /** The first value that is outside. */
  #first: { row: number; feature: number; value: number } | undefined;

  constructor(preparation: TablePreparation, range: Clusters["range"]) {
    this.#features = preparedFeatures(preparation);
    this.#range = range;
  }

  /** @param input of the model, n × d */
  add(input: Float32Array): void {
    const { least, most } = this.#range;
    const d = least.length;
    for (let at = 0; at < input.length; at += d) {
      for (let j = 0; j < d; j++) {
        const value = input[at + j]!;
        // As far from the training rows as these lie apart.
        const width = most[j]! - least[j]!;
        if (width === 0 || (value >= least[j]! - width && value <= most[j]! + width)) continue;
        this.#outside++;
        this.#first ??= { row: this.#rows, feature: j, value };
        break;
      }
      this.#rows++;
    }
  }

  /** What to say of them; undefined if there are none. */
  note(): string | undefined {
    if (!this.#first) return undefined;
    const { row, feature, value } = this.#first;
    const { name, scale, centre } = this.#features[feature]!;
    // In the user's units.
    const own = (input: number): string => String(Number((input * scale + centre).toPrecision(4)));
    const [least, most] = [this.#range.least[feature]!, this.#range.most[feature]!].map(own);
    return `${this.#outside} of ${this.#rows} rows lie far outside of those of training, and their clusters mean little: "${name}" is ${own(value)} in row ${row + 1}, in training ${least} to ${most}; are the units the same?`;
  }
}
