/**
 * Shows a plot's values under the pointer, or by the arrow keys if the plot has the focus. Listens on the whole page,
 * since plots are added and removed. Creates text nodes and attributes only, never markup from data.
 */
import type { PlacedReadings } from "../plots/readings.js";

type Plot = SVGSVGElement;

const svgNamespace = "http://www.w3.org/2000/svg";
const selector = "svg[data-readings]";

const box = document.createElement("div");
box.className = "readout";
box.setAttribute("role", "status");
box.hidden = true;
document.body.append(box);

const guide = document.createElementNS(svgNamespace, "g");
guide.classList.add("guide");

/** Plot and position along its x axis that are shown. */
let shown: { plot: Plot; index: number } | undefined;

const readingsOf = (plot: Plot): PlacedReadings => JSON.parse(plot.dataset.readings!) as PlacedReadings;

function show(plot: Plot, index: number): void {
  const { axis, lines, span, at } = readingsOf(plot);
  const position = at[index];
  if (!position) {
    hide();
    return;
  }
  if (shown?.plot === plot && shown.index === index && guide.isConnected) return;
  shown = { plot, index };
  const [x, value, values] = position;

  const title = document.createElement("b");
  title.textContent = `${axis} ${value}`;
  box.replaceChildren(title);
  guide.replaceChildren(drawn("line", { x1: x, x2: x, y1: span[0], y2: span[1] }));
  values.forEach((reading, i) => {
    if (!reading) return;
    const [y, text] = reading;
    const { label, colour } = lines[i]!;
    guide.append(drawn("circle", { cx: x, cy: y, r: 3.2 }, colour));
    const row = document.createElement("span");
    const key = document.createElement("i");
    key.style.background = colour;
    // One line needs no name.
    row.append(key, lines.length > 1 ? `${label} ` : "", text);
    box.append(row);
  });
  plot.append(guide);
  box.hidden = false;
  beside(plot, x);
}

function drawn(name: string, attributes: Record<string, number>, colour?: string): SVGElement {
  const element = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  if (colour) element.style.fill = colour;
  return element;
}

/** Puts the box to the right of the guide, or to its left if there is no room. */
function beside(plot: Plot, x: number): void {
  const { top } = plot.getBoundingClientRect();
  const line = new DOMPoint(x, 0).matrixTransform(plot.getScreenCTM()!).x;
  const gap = 10;
  const right = line + gap + box.offsetWidth <= document.documentElement.clientWidth;
  box.style.left = `${right ? line + gap : Math.max(0, line - gap - box.offsetWidth)}px`;
  box.style.top = `${Math.max(0, Math.min(top + gap, innerHeight - box.offsetHeight))}px`;
}

function hide(): void {
  shown = undefined;
  box.hidden = true;
  guide.remove();
}

const plotAt = ({ target }: Event): Plot | null =>
  target instanceof Element ? target.closest<Plot>(selector) : null;

type Point = Pick<PointerEvent, "clientX" | "clientY">;
/** Last position of the pointer on a plot. */
let pointer: Point | undefined;

function follow({ clientX, clientY }: Point): void {
  pointer = undefined;
  const plot = document.elementFromPoint(clientX, clientY)?.closest<Plot>(selector);
  if (!plot) {
    // Values shown by the keys stay until the pointer moves over a plot.
    if (shown?.plot !== document.activeElement) hide();
    return;
  }
  pointer = { clientX, clientY };
  const { at } = readingsOf(plot);
  const { x } = new DOMPoint(clientX, 0).matrixTransform(plot.getScreenCTM()!.inverse());
  let nearest = 0;
  at.forEach(([position], i) => {
    if (Math.abs(position - x) < Math.abs(at[nearest]![0] - x)) nearest = i;
  });
  show(plot, nearest);
}
document.addEventListener("pointermove", follow);
document.addEventListener("pointerdown", follow);
// A touched plot keeps its values when the finger lifts.
document.documentElement.addEventListener(
  "pointerleave",
  ({ pointerType }) => pointerType !== "touch" && hide(),
);
document.addEventListener("scroll", hide, { passive: true });

document.addEventListener("keydown", (event) => {
  const plot = plotAt(event);
  if (!plot) return;
  const last = readingsOf(plot).at.length - 1;
  const index = shown?.plot === plot ? shown.index : undefined;
  const moves: Record<string, number> = {
    ArrowRight: index === undefined ? 0 : Math.min(last, index + 1),
    ArrowLeft: index === undefined ? last : Math.max(0, index - 1),
    Home: 0,
    End: last,
  };
  if (event.key === "Escape") hide();
  else if (event.key in moves) {
    event.preventDefault();
    show(plot, moves[event.key]!);
  }
});
document.addEventListener("focusout", (event) => plotAt(event) && hide());

/** Makes plots focusable. Only this script does: without it there is nothing to do in a plot. */
function offer(): void {
  for (const plot of document.querySelectorAll<Plot>(`${selector}:not([tabindex])`)) plot.tabIndex = 0;
  if (!shown || shown.plot.isConnected) return;
  hide();
  // A page that updates itself replaces plots.
  if (pointer) follow(pointer);
}
new MutationObserver(offer).observe(document.body, { childList: true, subtree: true });
offer();
