/** A slider over the moments of training, a button that plays them, and the moments side by side on paper. */
import { element } from "./element.js";
import type { View } from "./view.js";

/** Duration of each moment in playback. */
const playMilliseconds = 900;
/** The most moments that are printed. */
const mostPrinted = 6;

/**
 * Shows the slider, of the run that the page shows first.
 *
 * @param onMove called before another moment is shown
 * @returns to call with whether the slider shows, when another run does: it is at the finished model then
 */
export function slide(figure: HTMLElement, view: View, onMove: () => void): (visible: boolean) => void {
  const { frames } = view.layout;
  const controls = figure.querySelector<HTMLElement>(".moments")!;
  const slider = controls.querySelector("input")!;
  const output = controls.querySelector("output")!;
  const play = controls.querySelector("button")!;
  const last = frames.length - 1;
  let timer = 0;
  const name = (index: number): void => {
    slider.value = String(index);
    output.textContent = frames[index]!.name;
    slider.setAttribute("aria-valuetext", frames[index]!.name);
  };
  const show = (index: number): void => {
    name(index);
    onMove();
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
  print(figure, view);
  return (visible) => {
    stop();
    name(last);
    controls.hidden = !visible;
  };
}

/** Paper has no slider: the first, the last and moments between them are panels of their own there. */
function print(figure: HTMLElement, view: View): void {
  const panels = element("div", { className: "printed" });
  window.addEventListener("beforeprint", () => {
    const { frames } = view.layout;
    if (frames.length === 1) return;
    const count = Math.min(mostPrinted, frames.length);
    panels.replaceChildren(
      ...Array.from({ length: count }, (_, i) => {
        const frame = frames[Math.round((i * (frames.length - 1)) / (count - 1))]!;
        return element("figure", {}, [view.still(frame), element("figcaption", { textContent: frame.name })]);
      }),
    );
    figure.append(panels);
  });
  window.addEventListener("afterprint", () => panels.remove());
}
