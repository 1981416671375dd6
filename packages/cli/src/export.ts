import { copyFile } from "node:fs/promises";
import { openTrained, type Trained } from "@gumbel/assignments";
import { startTracer } from "@gumbel/engine";
import { exportEncoder, type InputScaling, opset } from "@gumbel/onnx";
import { dimensions, featureNames, preparedFeatures } from "@gumbel/tables";
import { writeFileAtomic } from "@gumbel/workspace";
import { userPath } from "./userPath.js";

/** Formats of a trained model; true takes the default name. */
export interface ExportTargets {
  onnx?: string | true;
  safetensors?: string | true;
}

/**
 * Writes a trained model as a file: its encoder with preparation and clusters as ONNX, or all its weights as safetensors.
 *
 * @throws UserError if the pipeline has not run, or its system cannot be written as ONNX.
 */
export async function exportModel(root: string, pipeline: string, targets: ExportTargets): Promise<void> {
  const trained = await openTrained(root, pipeline);
  const pathOf = (target: string | true, extension: string): string =>
    userPath(target === true ? `${pipeline}.${extension}` : target);
  if (targets.safetensors) {
    const path = pathOf(targets.safetensors, "safetensors");
    await copyFile(trained.weightsFile, path);
    console.log(`weights of seed ${trained.seed}: ${path}`);
  }
  if (targets.onnx || !targets.safetensors) {
    const path = pathOf(targets.onnx ?? true, "onnx");
    await writeFileAtomic(path, await onnxOf(trained));
    console.log(`encoder of seed ${trained.seed}, opset ${opset}: ${path}`);
  }
}

async function onnxOf(trained: Trained): Promise<Uint8Array> {
  const { info, extractPlan, classes, seed, pipeline } = trained;
  await startTracer();
  const model = await trained.model();
  return exportEncoder({
    encoder: model.encoder,
    d: dimensions(info),
    scaling: scalingOf(trained),
    name: pipeline,
    metadata: {
      pipeline,
      system: extractPlan.model,
      seed: String(seed),
      features: JSON.stringify(info.preparation ? featureNames(info.preparation) : info.shape),
      classes: JSON.stringify(classes),
    },
  });
}

/** From the user's units to the model's input. */
function scalingOf({ info }: Trained): InputScaling {
  const d = dimensions(info);
  if (info.preparation) {
    const features = preparedFeatures(info.preparation);
    return {
      centre: Float64Array.from(features, ({ centre }) => centre),
      scale: Float64Array.from(features, ({ scale }) => scale),
    };
  }
  // Input = value × scale + offset.
  return {
    centre: new Float64Array(d).fill(-info.offset / info.scale),
    scale: new Float64Array(d).fill(1 / info.scale),
  };
}
