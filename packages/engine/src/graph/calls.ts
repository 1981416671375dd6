import type { Binding } from "../core/native.js";

/** Larger tensors share JavaScript's memory, and are for kernels alone: 32 million numbers. */
export const largestCopied = 2 ** 25;

/**
 * The addon, with functions that run while JavaScript goes on: one at a time, and nothing else is asked of TensorFlow
 * before it is done, for a kernel may read a variable that the function writes. A value of the function's own waits
 * for it by itself. Tensors have memory of their own, as the function's threads may be the last to use them.
 */
export function inOrder(binding: Binding): Binding {
  if (!binding.callFunction) return binding;
  let running = false;
  const finish = (): void => {
    if (!running) return;
    running = false;
    binding.finishCalls!();
  };
  const executeOp: Binding["executeOp"] = (...call) => {
    finish();
    return binding.executeOp(...call);
  };
  const callFunction: NonNullable<Binding["callFunction"]> = (...call) => {
    finish();
    running = true;
    return binding.callFunction!(...call);
  };
  const copied = new Set([binding.TF_FLOAT, binding.TF_INT32, binding.TF_BOOL]);
  const createTensor: Binding["createTensor"] = (shape, dtype, values) =>
    copied.has(dtype) && values.length <= largestCopied && ArrayBuffer.isView(values)
      ? binding.copyTensor!(shape, dtype, values)
      : binding.createTensor(shape, dtype, values);
  // TensorFlow's threads must not outlive what they work on.
  process.once("exit", finish);
  // The addon's own properties cannot be written over.
  return Object.create(binding, {
    executeOp: { value: executeOp },
    callFunction: { value: callFunction },
    createTensor: { value: createTensor },
  });
}
