import type { Binding, NodeBackend } from "../src/core/native.js";
import { tf } from "../src/index.js";

/** Runs `work` with an addon that has other properties, or lacks some. */
export function withBinding<T>(
  changed: { [Name in keyof Binding]?: Binding[Name] | undefined },
  work: () => T,
): T {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  // Other engines have operations alone.
  if (!binding) return work();
  backend.binding = Object.create(
    binding,
    Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, { value }])),
  ) as Binding;
  try {
    return work();
  } finally {
    backend.binding = binding;
  }
}
