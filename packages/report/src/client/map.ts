/**
 * The map's script: a slider over the moments of training, and the example under the pointer or, by the arrow keys, in the ring.
 * Creates text nodes and attributes only, never markup from data.
 */
import type { MapData, MapFrame, MapName } from "../data/mapData.js";

type Point = { x: number; y: number };

const svgNamespace = "http://www.w3.org/2000/svg";
/** Largest distance of a point from the pointer that still selects it, in CSS pixels. */
const reach = 18;
const milliseconds = 500;
/** Duration of each moment in playback. */
const playMilliseconds = 900;

const maps = document.querySelector<HTMLElement>("#maps")!;
const data = JSON.parse(document.querySelector("#map-data")!.textContent!) as MapData;
const still = matchMedia("(prefers-reduced-motion: reduce)");

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}

/** One layout on the page. */
class View {
  readonly surface: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #points: SVGGElement;
  readonly #ring: SVGCircleElement;
  readonly #layout: MapData["layouts"][number];
  #frame: MapFrame;
  /** Drawn position of each point: between two moments during a move. */
  #x: number[];
  #y: number[];
  #animation = 0;

  constructor(figure: HTMLElement, layout: MapData["layouts"][number]) {
    this.surface = figure.querySelector<HTMLElement>(".surface")!;
    this.#svg = figure.querySelector("svg")!;
    this.#points = this.#svg.querySelector<SVGGElement>(".points")!;
    this.#layout = layout;
    this.#frame = layout.frames.at(-1)!;
    this.#x = [...this.#frame.x];
    this.#y = [...this.#frame.y];
    this.#ring = document.createElementNS(svgNamespace, "circle");
    this.#ring.classList.add("ring");
    this.#ring.setAttribute("r", "16");
    this.#ring.style.display = "none";
    this.#svg.append(this.#ring);
  }

  /** Moves every point to its position at a moment. */
  show(index: number): void {
    const [fromX, fromY] = [[...this.#x], [...this.#y]];
    const to = this.#layout.frames[index]!;
    this.#frame = to;
    cancelAnimationFrame(this.#animation);
    const start = performance.now();
    const step = (now: number): void => {
      const time = still.matches ? 1 : Math.min(1, (now - start) / milliseconds);
      const share = time * time * (3 - 2 * time);
      this.#x = fromX.map((x, i) => x + share * (to.x[i]! - x));
      this.#y = fromY.map((y, i) => y + share * (to.y[i]! - y));
      this.#draw();
      if (time < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#names("class", to.names.class);
    this.#names("cluster", to.names.cluster);
    step(start);
  }

  #draw(): void {
    const groups = new Map<string, { label: number; cluster: number; path: string[] }>();
    this.#frame.cluster.forEach((cluster, i) => {
      const label = data.labels[i * this.#layout.step]!;
      const key = `${label}/${cluster}`;
      const group = groups.get(key) ?? { label, cluster, path: [] };
      group.path.push(`M${Math.round(this.#x[i]!)} ${Math.round(this.#y[i]!)}h0`);
      groups.set(key, group);
    });
    this.#points.replaceChildren(
      ...[...groups.values()].map(({ label, cluster, path }) => {
        const drawn = document.createElementNS(svgNamespace, "path");
        drawn.setAttribute("d", path.join(""));
        drawn.style.setProperty("--by-class", data.colours.class[label] ?? data.colours.spare);
        drawn.style.setProperty("--by-cluster", data.colours.cluster[cluster] ?? data.colours.spare);
        return drawn;
      }),
    );
  }

  #names(colouring: "class" | "cluster", names: MapName[]): void {
    this.#svg.querySelector(`.names.by-${colouring}`)?.replaceChildren(
      ...names.map(({ text, x, y }) => {
        const drawn = document.createElementNS(svgNamespace, "text");
        drawn.setAttribute("x", String(x));
        drawn.setAttribute("y", String(y));
        drawn.textContent = text;
        return drawn;
      }),
    );
  }

  /** The example nearest to a point of the screen; undefined if none is near. */
  exampleAt({ clientX, clientY }: MouseEvent): number | undefined {
    const matrix = this.#svg.getScreenCTM()!;
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    return this.#best(
      (dx, dy) => {
        const far = Math.hypot(dx, dy);
        return far * matrix.a <= reach ? far : Number.POSITIVE_INFINITY;
      },
      { x, y },
    );
  }

  /** The nearest example in a direction: (1, 0) is to the right. */
  neighbour(example: number, [right, down]: [number, number]): number | undefined {
    const from = this.positionOf(example);
    if (!from) return undefined;
    return this.#best((dx, dy) => {
      const along = dx * right + dy * down;
      const across = Math.abs(dx * down) + Math.abs(dy * right);
      return along > 0.5 && across <= along ? along + 2 * across : Number.POSITIVE_INFINITY;
    }, from);
  }

  /** The example nearest to the centre. */
  first(): number {
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return this.#best((dx, dy) => Math.hypot(dx, dy), { x: mean(this.#x), y: mean(this.#y) }) ?? 0;
  }

  #best(cost: (dx: number, dy: number) => number, from: Point): number | undefined {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < this.#x.length; i++) {
      const value = cost(this.#x[i]! - from.x, this.#y[i]! - from.y);
      if (value < least) [best, least] = [i, value];
    }
    return best < 0 ? undefined : best * this.#layout.step;
  }

  positionOf(example: number): Point | undefined {
    const i = example / this.#layout.step;
    return Number.isInteger(i) && i < this.#x.length ? { x: this.#x[i]!, y: this.#y[i]! } : undefined;
  }

  clusterOf(example: number): number {
    return this.#frame.cluster[example / this.#layout.step] ?? -1;
  }

  /** True if the view shows the finished model. */
  isFinished(): boolean {
    return this.#frame === this.#layout.frames.at(-1);
  }

  ring(example: number | undefined): void {
    const position = example === undefined ? undefined : this.positionOf(example);
    this.#ring.style.display = position ? "" : "none";
    if (position) {
      this.#ring.setAttribute("cx", String(position.x));
      this.#ring.setAttribute("cy", String(position.y));
    }
  }

  /** A point of the layout in coordinates of the screen. */
  onScreen({ x, y }: Point): Point {
    return new DOMPoint(x, y).matrixTransform(this.#svg.getScreenCTM()!);
  }
}

const card = element("div", { className: "card", hidden: true });
const picture = element("div", { className: "picture" });
const words = element("p", { className: "words" });
const facts = element("p", { className: "facts" });
const status = element("p", { className: "hidden" });
status.setAttribute("role", "status");
card.setAttribute("aria-hidden", "true");
if (data.pictures) {
  const { source, width, height, scale } = data.pictures;
  picture.style.backgroundImage = `url(${source})`;
  picture.style.width = `${width * scale}px`;
  picture.style.height = `${height * scale}px`;
  card.append(picture);
}
if (data.terms) card.append(words);
card.append(facts);
maps.append(card, status);

/** Class, cluster and row of an example, as lines of text. */
function describe(view: View, example: number): string[] {
  const label = data.classes[data.labels[example]!];
  const name = data.clusters[view.clusterOf(example)];
  const cluster = name === undefined ? "no cluster yet" : `cluster: ${name}`;
  const certainty = view.isFinished() ? data.certainty?.[example] : undefined;
  return [
    ...(label === undefined ? [] : [`class ${label}`]),
    certainty === undefined ? cluster : `${cluster}, q(c | x) ${certainty} %`,
    `example ${data.rows[example]}`,
  ];
}

let selected: number | undefined;

function select(view: View, example: number | undefined, speak: boolean): void {
  selected = example;
  for (const other of views) other.ring(example);
  card.hidden = example === undefined;
  if (example === undefined) return;
  if (data.pictures) {
    const { columns, width, height, scale } = data.pictures;
    picture.style.backgroundSize = `${columns * width * scale}px auto`;
    picture.style.backgroundPosition = `${-(example % columns) * width * scale}px ${-Math.floor(example / columns) * height * scale}px`;
  }
  const terms = data.terms?.[example]?.join(", ");
  words.textContent = terms ?? "";
  const lines = describe(view, example);
  facts.replaceChildren(...lines.map((line) => element("span", { textContent: line })));
  if (speak) status.textContent = [...lines, ...(terms ? [terms] : [])].join("; ");

  const at = view.onScreen(view.positionOf(example)!);
  const frame = maps.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const right = at.x - frame.x + 16;
  const left = right + size.width > frame.width ? Math.max(0, right - size.width - 32) : right;
  const top = Math.min(Math.max(0, at.y - frame.y - size.height / 2), frame.height - size.height);
  card.style.transform = `translate(${left}px, ${top}px)`;
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
  surface.setAttribute("aria-label", "Examples on the map: arrow keys go from one to the next");
  const point = (event: PointerEvent): void => select(view, view.exampleAt(event), false);
  surface.addEventListener("pointermove", point);
  surface.addEventListener("pointerdown", point);
  // The card of a touched example stays when the finger lifts, until something else is touched.
  surface.addEventListener("pointerleave", ({ pointerType }) => {
    if (pointerType !== "touch") select(view, undefined, false);
  });
  surface.addEventListener("focus", () => {
    if (surface.matches(":focus-visible")) select(view, view.first(), true);
  });
  surface.addEventListener("blur", () => select(view, undefined, false));
  surface.addEventListener("keydown", (event) => {
    const direction = arrows[event.key];
    if (event.key === "Escape") select(view, undefined, false);
    if (!direction) return;
    event.preventDefault();
    const from = selected ?? view.first();
    select(view, view.neighbour(from, direction) ?? from, true);
  });
}

/** A slider over the moments of training, and a button that plays them. */
function slide(figure: HTMLElement, view: View, frames: MapFrame[]): void {
  const controls = figure.querySelector<HTMLElement>(".moments")!;
  const slider = controls.querySelector("input")!;
  const name = controls.querySelector("output")!;
  const play = controls.querySelector("button")!;
  const last = frames.length - 1;
  let timer = 0;
  const show = (index: number): void => {
    slider.value = String(index);
    name.textContent = frames[index]!.name;
    slider.setAttribute("aria-valuetext", frames[index]!.name);
    select(view, undefined, false);
    view.show(index);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  slider.addEventListener("input", () => {
    stop();
    show(slider.valueAsNumber);
  });
  play.addEventListener("click", () => {
    if (timer) return stop();
    play.textContent = "Stop";
    show(slider.valueAsNumber === last ? 0 : slider.valueAsNumber + 1);
    timer = window.setInterval(() => {
      if (slider.valueAsNumber === last) return stop();
      show(slider.valueAsNumber + 1);
      if (slider.valueAsNumber === last) stop();
    }, playMilliseconds);
  });
  controls.hidden = false;
}

const views = data.layouts.map((layout) => {
  const figure = maps.querySelector<HTMLElement>(`[data-layout="${layout.name}"]`)!;
  const view = new View(figure, layout);
  listen(view);
  if (layout.frames.length > 1) slide(figure, view, layout.frames);
  return view;
});

document.addEventListener("pointerdown", ({ target }) => {
  const isOnMap = views.some(({ surface }) => target instanceof Node && surface.contains(target));
  if (!isOnMap && selected !== undefined) select(views[0]!, undefined, false);
});
