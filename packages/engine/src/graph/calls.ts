import type { Binding } from "../native.js";

/**
 * The addon, with functions that run while JavaScript goes on: one at a time, and nothing else is asked of TensorFlow
 * before it is done, for a kernel may read a variable that the function writes. A value of the function's own waits
 * for it by itself.
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
  // TensorFlow's threads must not outlive what they work on.
  process.once("exit", finish);
  // The addon's own properties cannot be written over.
  return Object.create(binding, { executeOp: { value: executeOp }, callFunction: { value: callFunction } });
}
