/** The overview's own script: keeps the view and the address equal. */
import { hydrate, render } from "preact";
import type { Entry } from "../entries/entry.js";
import { App } from "./app.js";
import { fromHash, startView, toHash, type View } from "./view.js";

const root = document.getElementById("overview")!;
const entries = JSON.parse(document.getElementById("entries")!.textContent!) as Entry[];
let view: View = startView;

function show(next: View): void {
  view = next;
  render(<App entries={entries} view={view} change={change} />, root);
}

function change(changes: Partial<View>): void {
  const next = { ...view, ...changes };
  if (next.picked.length < 2) next.compare = false;
  if (!next.picked.includes(next.baseline)) next.baseline = "";
  // The comparison is a step of its own in the browser's history; all other changes replace the step.
  const step = next.compare === view.compare ? "replaceState" : "pushState";
  // An empty hash would keep the last one in the address.
  history[step](null, "", toHash(next) || location.pathname + location.search);
  const switched = next.compare !== view.compare;
  show(next);
  if (switched) scrollTo(0, 0);
}

addEventListener("popstate", () => show(fromHash(location.hash, entries)));
addEventListener("hashchange", () => show(fromHash(location.hash, entries)));

// What is folded away on the screen, as the settings of each run, is printed; the page's own state stays.
let unfolded: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll<HTMLDetailsElement>(".comparison details:not([open])")];
  for (const details of unfolded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of unfolded) details.open = false;
});

hydrate(<App entries={entries} view={startView} change={change} />, root);
show(fromHash(location.hash, entries));
