/** The choice of the run above the map: its latents, names and colours take the place of those of the run before. */
import type { MapRun } from "../data/mapData.js";

/** @param onChoice called with the chosen run */
export function chooseSeed(maps: HTMLElement, runs: MapRun[], onChoice: (run: MapRun) => void): void {
  const choices = maps.querySelector<HTMLElement>(".seeds");
  if (!choices) return;
  choices.addEventListener("change", ({ target }) => {
    const run = runs.find(({ seed }) => String(seed) === (target as HTMLInputElement).value)!;
    for (const legend of maps.querySelectorAll<HTMLElement>(".legend[data-seed]"))
      legend.hidden = legend.dataset.seed !== String(run.seed);
    onChoice(run);
  });
  choices.hidden = false;
}
