import type { Binding } from "../core/native.js";

/** Most numbers of a tensor that is copied: 32 million. A larger one shares JavaScript's memory and goes to single kernels only. */
export const largestCopied = 2 ** 25;

/**
 * Wraps the addon so that functions run while JavaScript continues: one at a time, and every kernel waits for the function
 * to finish, because it may read a variable that the function writes. Reading an output of the function waits for it
 * without our help. Tensors own their memory, since the function's threads may be the last to use them.
 */
export function inOrder(binding: Binding, threads: number): Binding {
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
  const findNearest: NonNullable<Binding["findNearest"]> = (...call) => {
    finish();
    binding.findNearest!(...call);
  };
  const expectMixture: NonNullable<Binding["expectMixture"]> = (...call) => {
    finish();
    return binding.expectMixture!(...call);
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
  // TensorFlow's threads must not outlive the data they work on.
  process.once("exit", finish);
  // The addon's properties are read-only.
  return Object.create(binding, {
    executeOp: { value: executeOp },
    callFunction: { value: callFunction },
    findNearest: { value: findNearest },
    expectMixture: { value: expectMixture },
    threads: { value: threads },
    createTensor: { value: createTensor },
  });
}
