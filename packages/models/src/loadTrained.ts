/** Trained models. */
import type { NamedArray } from "@gumbel/engine";
import { RandomStream } from "@gumbel/random";
import { loadSystem } from "./registry.js";
import type { DataDescription, Model } from "./system.js";

/** Initializes a model with zeros, since its weights are loaded afterwards. */
const zeros = new (class extends RandomStream {
  override fill(_kind: string, length: number): Float32Array {
    return new Float32Array(length);
  }
})({ next: () => 0 });

/**
 * A model of a system with trained weights.
 *
 * @param options of the system, parsed by its schema
 * @param parameters by name, as `Parameters.save` gives them
 * @param own as `loadSystem` takes it
 * @throws Error if a parameter is missing: the weights are of other options
 */
export async function loadTrained(
  name: string,
  options: Record<string, unknown>,
  data: DataDescription,
  parameters: ReadonlyMap<string, NamedArray>,
  own?: string,
): Promise<Model> {
  const system = await loadSystem(name, own);
  const model = system.build({ options, data, schedule: system.training, random: () => zeros });
  const loaded = model.parameters.load(parameters);
  const missing = model.parameters.all.filter(({ name }) => !loaded.includes(name));
  if (missing.length > 0) throw new Error(`the weights lack ${missing.map(({ name }) => name).join(", ")}`);
  return model;
}
