/** Every system's encoder, run by ONNX Runtime, gives what it gives here. */
import { startTracer, tf } from "@gumbel/engine";
import { loadSystem, type Model, systemNames } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { exportEncoder } from "../src/index.js";

beforeAll(startTracer);

const rows = 7;
const noise = stream(1, "examples");

interface Case {
  shape: number[];
  options: Record<string, unknown>;
}

/** A model with random parameters: every one, so that none is zero. */
async function build(name: string, { shape, options }: Case): Promise<Model> {
  const system = await loadSystem(name);
  const d = shape.reduce((product, size) => product * size, 1);
  const model = system.build({
    options: system.optionsSchema.parse(options),
    data: { shape, d, range: "unit", classes: 3, foundClusters: null, examples: 60, labelled: 9 },
    schedule: system.training,
    random: (...names) => stream(0, ...names),
  });
  const random = stream(2, name);
  const arrays = await model.parameters.save();
  for (const { values } of arrays.values()) {
    // Positive ones, because some are scales and variances.
    for (let i = 0; i < values.length; i++) values[i] = 0.05 + 0.3 * Math.abs(random.normal());
  }
  model.parameters.load(arrays);
  return model;
}

async function compare(model: Model, d: number): Promise<void> {
  const centre = Float64Array.from({ length: d }, (_, j) => 1e7 + j);
  const scale = Float64Array.from({ length: d }, (_, j) => 0.5 + (j % 3));
  const features = Float32Array.from({ length: rows * d }, () => Math.abs(noise.normal()) / 2);
  const raw = Float64Array.from(features, (value, i) => value * scale[i % d]! + centre[i % d]!);
  const bytes = exportEncoder({
    encoder: model.encoder,
    d,
    scaling: { centre, scale },
    name: "test",
    metadata: {},
  });
  const session = await InferenceSession.create(bytes);
  const there = await session.run({ x: new Tensor("float64", raw, [rows, d]) });
  const x = tf.tensor2d(features, [rows, d]);
  for (const [name, tensor] of Object.entries(model.encoder.encode(x)) as [string, tf.Tensor][]) {
    const values = Array.from(there[name]!.data as ArrayLike<number | bigint>, Number);
    expect(there[name]!.dims, name).toEqual(tensor.shape);
    Array.from(tensor.dataSync()).forEach((value, i) => {
      expect(Math.abs(values[i]! - value) / Math.max(1, Math.abs(value)), `${name} at ${i}`).toBeLessThan(
        1e-4,
      );
    });
  }
}

describe("an exported encoder gives what it gives here", () => {
  test.each(systemNames)("%s", async (name) => {
    const { small: options } = await loadSystem(name);
    await compare(await build(name, { shape: [4, 4, 1], options: options! }), 16);
  });

  test.each(["gumbel-vae", "auxiliary-clustering", "depict", "jule-sf"])("%s of images", async (name) => {
    const { small } = await loadSystem(name);
    const options = ["depict", "jule-sf"].includes(name) ? small! : { network: "conv", featureSize: 8 };
    await compare(await build(name, { shape: [28, 28, 1], options }), 784);
  });
});

test("a kernel that ONNX has no operator for is named", async () => {
  const encoder = {
    encode: (x: tf.Tensor2D) => ({ cluster: tf.argMax(x, 1) as tf.Tensor1D, feature: tf.erf(x) }),
  };
  const scaling = { centre: new Float64Array(2), scale: Float64Array.of(1, 1) };
  expect(() => exportEncoder({ encoder, d: 2, scaling, name: "mine", metadata: {} })).toThrow(
    /encoder of mine cannot be written as ONNX: the kernel Erf/,
  );
});
