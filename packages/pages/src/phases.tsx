import { plural } from "./format.js";

/**
 * The phases of training in their order, if there are several: each as wide as its share of the epochs.
 *
 * @param label what they are: `Phases of training so far`
 */
export function Phases({ phases, label }: { phases: { name: string; epochs: number }[]; label: string }) {
  if (phases.length < 2) return null;
  return (
    <ol class="phases" aria-label={label}>
      {phases.map(({ name, epochs }) => (
        <li key={name} style={`flex-grow:${epochs}`}>
          <b>{name}</b> {plural(epochs, "epoch")}
        </li>
      ))}
    </ol>
  );
}
