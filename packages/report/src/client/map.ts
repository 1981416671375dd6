/**
 * The map's script: the example under the pointer or, by the arrow keys, in the ring; pinned by a click, with the nearest
 * ones; zoom; the points of one group, or the wrong ones alone; a slider over the moments of training; and other seeds.
 */
import type { MapData } from "../data/mapData.js";
import { Card } from "./card.js";
import { Filter } from "./filter.js";
import { slide } from "./moments.js";
import { chooseSeed } from "./seeds.js";
import type { Shown } from "./shown.js";
import { View } from "./view.js";

const maps = document.querySelector<HTMLElement>("#maps")!;
const data = JSON.parse(document.querySelector("#map-data")!.textContent!) as MapData;
const shown: Shown = { data, run: data.runs[0]! };
const filter = new Filter(shown);
const card = new Card(shown);
maps.append(card.root, card.status);

let selected: number | undefined;
let pinned = false;

interface Selection {
  pin?: boolean;
  speak?: boolean;
}

/** Shows an example; undefined shows none. */
function select(
  view: View,
  example: number | undefined,
  { pin = false, speak = false }: Selection = {},
): void {
  selected = example;
  pinned = pin && example !== undefined;
  for (const other of views) other.ring(example, pinned);
  card.show(view, example, { pinned, speak });
}

const arrows: Record<string, [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

function listen(view: View): void {
  const { surface } = view;
  surface.tabIndex = 0;
  surface.setAttribute("role", "group");
  surface.setAttribute(
    "aria-label",
    "Examples on the map: arrow keys go from one to the next, Enter pins it with its nearest, + and - zoom",
  );
  drag(view);
  surface.addEventListener("pointermove", (event) => {
    if (!pinned && event.buttons === 0) select(view, view.exampleAt(event));
  });
  surface.addEventListener("click", (event) => {
    const example = view.exampleAt(event);
    select(view, example, { pin: !(pinned && example === selected) });
  });
  surface.addEventListener("dblclick", (event) => view.zoomIn(view.toMap(event)));
  // The wheel alone scrolls the page.
  surface.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      view.zoom(Math.exp(-event.deltaY / 300), view.toMap(event));
    },
    { passive: false },
  );
  surface.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch" && !pinned) select(view, undefined);
  });
  surface.addEventListener("focus", () => {
    if (surface.matches(":focus-visible")) select(view, view.first(), { speak: true });
  });
  surface.addEventListener("blur", () => {
    if (!pinned) select(view, undefined);
  });
  surface.addEventListener("keydown", (event) => key(view, event));
  surface.after(view.zoomButtons());
}

function key(view: View, event: KeyboardEvent): void {
  const at = selected === undefined ? undefined : view.positionOf(selected);
  const direction = arrows[event.key];
  if (event.key === "Escape") select(view, undefined);
  else if (event.key === "Enter" && selected !== undefined)
    select(view, selected, { pin: !pinned, speak: true });
  else if (event.key === "+" || event.key === "=") view.zoomIn(at);
  else if (event.key === "-") view.zoomOut(at);
  else if (direction) {
    event.preventDefault();
    const from = selected ?? view.first();
    if (from !== undefined) select(view, view.neighbour(from, direction) ?? from, { speak: true });
  }
}

/** A zoomed map follows the mouse that is held down on it. */
function drag(view: View): void {
  const { surface } = view;
  let moved = 0;
  surface.addEventListener("pointerdown", () => {
    moved = 0;
  });
  surface.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1 || event.pointerType === "touch" || !view.isZoomed()) return;
    moved += Math.hypot(event.movementX, event.movementY);
    select(view, undefined);
    view.pan(event.movementX, event.movementY);
  });
  // The click that ends it pins nothing.
  surface.addEventListener("click", (event) => moved > 4 && event.stopImmediatePropagation(), true);
}

const sliders: ((visible: boolean) => void)[] = [];
const views = shown.run.layouts.map((layout) => {
  const figure = maps.querySelector<HTMLElement>(`[data-layout="${layout.name}"]`)!;
  const view = new View(figure, layout, shown, filter);
  listen(view);
  if (layout.frames.length > 1) sliders.push(slide(figure, view, () => select(view, undefined)));
  return view;
});

chooseSeed(maps, data.runs, (run) => {
  select(views[0]!, undefined);
  filter.showAll();
  shown.run = run;
  for (const show of sliders) show(run === data.runs[0]);
  for (const view of views) view.showRun();
});

filter.listen(maps, () => {
  select(views[0]!, undefined);
  for (const view of views) view.draw();
});

// What a finger has touched, or a click has pinned, stays until something else is.
document.addEventListener("pointerdown", ({ target }) => {
  const isOnMap = views.some(({ surface }) => target instanceof Node && surface.contains(target));
  const isZoom = target instanceof Element && target.closest(".zoom") !== null;
  if (!isOnMap && !isZoom && selected !== undefined) select(views[0]!, undefined);
});
