/** One layout on the page: its points at a moment, what is zoomed into, and the ring around an example. */
import type { MapFrame, MapLayout, MapName } from "../data/mapData.js";
import { element, svgElement } from "./element.js";
import type { Filter } from "./filter.js";
import type { Shown } from "./shown.js";

export type Point = { x: number; y: number };

/** Largest distance of a point from the pointer that still selects it, in CSS pixels. */
const reach = 18;
const milliseconds = 500;
const zoomStep = 1.6;
const mostZoom = 16;

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class View {
  readonly surface: HTMLElement;
  readonly #figure: HTMLElement;
  readonly #shown: Shown;
  readonly #filter: Filter;
  readonly #svg: SVGSVGElement;
  readonly #points: SVGGElement;
  readonly #ring: SVGCircleElement;
  #layout: MapLayout;
  #frame: MapFrame;
  #whole: DOMRect;
  /** Drawn position of each point: between two moments during a move. */
  #x: number[];
  #y: number[];
  #animation = 0;
  #zoom = 1;
  #centre: Point;

  constructor(figure: HTMLElement, layout: MapLayout, shown: Shown, filter: Filter) {
    this.surface = figure.querySelector<HTMLElement>(".surface")!;
    this.#figure = figure;
    this.#shown = shown;
    this.#filter = filter;
    this.#svg = figure.querySelector("svg")!;
    this.#points = this.#svg.querySelector<SVGGElement>(".points")!;
    this.#layout = layout;
    this.#whole = DOMRect.fromRect(this.#svg.viewBox.baseVal);
    this.#centre = centreOf(this.#whole);
    this.#frame = layout.frames.at(-1)!;
    this.#x = [...this.#frame.x];
    this.#y = [...this.#frame.y];
    this.#ring = svgElement("circle", { class: "ring", r: "16" });
    this.#ring.style.display = "none";
    this.#svg.append(this.#ring);
  }

  get layout(): MapLayout {
    return this.#layout;
  }

  /** Moves every point to where the finished model of the chosen run has it; hides the map if that run has no such layout. */
  showRun(): void {
    const layout = this.#shown.run.layouts.find(({ name }) => name === this.#layout.name);
    this.#figure.hidden = layout === undefined;
    if (!layout) return;
    this.#layout = layout;
    this.#figure.querySelector("figcaption")!.textContent = layout.title;
    this.#svg.setAttribute("aria-label", layout.description);
    this.#zoom = 1;
    this.#svg.setAttribute("viewBox", layout.viewBox);
    this.#whole = DOMRect.fromRect(this.#svg.viewBox.baseVal);
    this.#moveTo(centreOf(this.#whole));
    this.show(layout.frames.length - 1);
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
      this.draw();
      if (time < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#names("class", to.names.class);
    this.#names("cluster", to.names.cluster);
    step(start);
  }

  /** Draws the points where they are: those that the filter does not show faintly, below the others. */
  draw(): void {
    this.#points.replaceChildren(...this.pathsOf(this.#frame, this.#x, this.#y));
  }

  /** A path of the points of each class and cluster at some positions. */
  pathsOf({ cluster: clusters }: MapFrame, x: number[], y: number[]): SVGPathElement[] {
    const { labels, colours } = this.#shown.data;
    const clusterColours = this.#shown.run.colours;
    const groups = new Map<string, { label: number; cluster: number; path: string[] }>();
    clusters.forEach((cluster, i) => {
      const label = labels[i]!;
      const key = `${label}/${cluster}`;
      const group = groups.get(key) ?? { label, cluster, path: [] };
      group.path.push(`M${Math.round(x[i]!)} ${Math.round(y[i]!)}h0`);
      groups.set(key, group);
    });
    const paths = [...groups.values()].map(({ label, cluster, path }) => {
      const shown = this.#filter.shows(label, cluster);
      const drawn = svgElement("path", { d: path.join(""), ...(!shown && { class: "faint" }) });
      drawn.style.setProperty("--by-class", colours.class[label] ?? colours.spare);
      drawn.style.setProperty("--by-cluster", clusterColours[cluster] ?? colours.spare);
      return drawn;
    });
    return paths.sort((a, b) => Number(b.matches(".faint")) - Number(a.matches(".faint")));
  }

  #names(colouring: "class" | "cluster", names: MapName[]): void {
    this.#svg.querySelector(`.names.by-${colouring}`)?.replaceChildren(
      ...names.map(({ text, x, y }) => {
        const drawn = svgElement("text", { x: String(x), y: String(y) });
        drawn.textContent = text;
        return drawn;
      }),
    );
  }

  /** Shows a part of the map; 1 is all of it. @param at what stays where it is; the centre if absent */
  zoom(factor: number, at: Point = this.#centre): void {
    const before = this.#zoom;
    this.#zoom = Math.min(mostZoom, Math.max(1, before * factor));
    const kept = before / this.#zoom;
    this.#moveTo({ x: at.x + (this.#centre.x - at.x) * kept, y: at.y + (this.#centre.y - at.y) * kept });
  }

  zoomIn(at?: Point): void {
    this.zoom(zoomStep, at);
  }

  zoomOut(at?: Point): void {
    this.zoom(1 / zoomStep, at);
  }

  /** Moves the shown part by a distance on the screen. */
  pan(dx: number, dy: number): void {
    const { a } = this.#svg.getScreenCTM()!;
    this.#moveTo({ x: this.#centre.x - dx / a, y: this.#centre.y - dy / a });
  }

  isZoomed(): boolean {
    return this.#zoom > 1;
  }

  #moveTo(centre: Point): void {
    const { x, y, width, height } = this.#whole;
    const [w, h] = [width / this.#zoom, height / this.#zoom];
    const within = (value: number, from: number, size: number, part: number): number =>
      Math.min(from + size - part / 2, Math.max(from + part / 2, value));
    this.#centre = { x: within(centre.x, x, width, w), y: within(centre.y, y, height, h) };
    this.#svg.setAttribute("viewBox", `${this.#centre.x - w / 2} ${this.#centre.y - h / 2} ${w} ${h}`);
    this.#svg.style.setProperty("--zoom", String(this.#zoom));
    this.#svg.classList.toggle("zoomed", this.isZoomed());
  }

  /** A point of the screen in the layout's coordinates. */
  toMap({ clientX, clientY }: MouseEvent): Point {
    return new DOMPoint(clientX, clientY).matrixTransform(this.#svg.getScreenCTM()!.inverse());
  }

  /** The example nearest to a point of the screen; undefined if none is near. */
  exampleAt(event: MouseEvent): number | undefined {
    const { a } = this.#svg.getScreenCTM()!;
    return this.#best((dx, dy) => {
      const far = Math.hypot(dx, dy);
      return far * a <= reach ? far : Number.POSITIVE_INFINITY;
    }, this.toMap(event));
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
  first(): number | undefined {
    return this.#best((dx, dy) => Math.hypot(dx, dy), this.#centre);
  }

  /** Of the examples that stand out. */
  #best(cost: (dx: number, dy: number) => number, from: Point): number | undefined {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < this.#x.length; i++) {
      const value = cost(this.#x[i]! - from.x, this.#y[i]! - from.y);
      if (value >= least) continue;
      if (!this.#filter.shows(this.#shown.data.labels[i]!, this.#frame.cluster[i]!)) continue;
      [best, least] = [i, value];
    }
    return best < 0 ? undefined : best;
  }

  positionOf(example: number): Point | undefined {
    return example < this.#x.length ? { x: this.#x[example]!, y: this.#y[example]! } : undefined;
  }

  clusterOf(example: number): number {
    return this.#frame.cluster[example] ?? -1;
  }

  /** True if the view shows the finished model. */
  isFinished(): boolean {
    return this.#frame === this.#layout.frames.at(-1);
  }

  ring(example: number | undefined, pinned: boolean): void {
    const position = example === undefined ? undefined : this.positionOf(example);
    this.#ring.style.display = position ? "" : "none";
    this.#ring.classList.toggle("pinned", pinned);
    if (position) {
      this.#ring.setAttribute("cx", String(position.x));
      this.#ring.setAttribute("cy", String(position.y));
    }
  }

  /** A point of the layout in coordinates of the screen. */
  onScreen({ x, y }: Point): Point {
    return new DOMPoint(x, y).matrixTransform(this.#svg.getScreenCTM()!);
  }

  /** The map at a moment, without its names: a panel of what is printed. */
  still(frame: MapFrame): SVGSVGElement {
    const { x, y, width, height } = this.#whole;
    const panel = svgElement("svg", { class: "dots", viewBox: `${x} ${y} ${width} ${height}` });
    const points = svgElement("g", { class: "points" });
    points.append(...this.pathsOf(frame, frame.x, frame.y));
    panel.append(points);
    return panel;
  }

  /** The buttons that zoom. */
  zoomButtons(): HTMLElement {
    const button = (text: string, name: string, act: () => void): HTMLButtonElement => {
      const made = element("button", { type: "button", textContent: text });
      made.setAttribute("aria-label", name);
      made.addEventListener("click", act);
      return made;
    };
    return element("div", { className: "zoom" }, [
      button("+", "Zoom in", () => this.zoomIn()),
      button("−", "Zoom out", () => this.zoomOut()),
    ]);
  }
}

const centreOf = ({ x, y, width, height }: DOMRect): Point => ({ x: x + width / 2, y: y + height / 2 });
