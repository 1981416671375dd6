/** The card of an example: its picture or terms, what it is, and, if it is pinned, the examples with the nearest latents. */
import { element } from "./element.js";
import type { Shown } from "./shown.js";
import type { View } from "./view.js";

/** Height of the pictures of the nearest examples in CSS pixels. */
const smallHeight = 34;

export class Card {
  readonly root = element("div", { className: "card", hidden: true });
  /** What a screen reader says. */
  readonly status = element("p", { className: "hidden" });
  readonly #shown: Shown;

  constructor(shown: Shown) {
    this.#shown = shown;
    this.status.setAttribute("role", "status");
    this.root.setAttribute("aria-hidden", "true");
  }

  /** @param speak whether a screen reader says it */
  show(
    view: View,
    example: number | undefined,
    { pinned, speak }: { pinned: boolean; speak: boolean },
  ): void {
    this.root.hidden = example === undefined;
    this.root.classList.toggle("pinned", pinned);
    if (example === undefined) return;
    const { terms, pictures } = this.#shown.data;
    const lines = this.#facts(view, example);
    const words = terms?.[example]?.join(", ");
    const nearest = pinned ? (this.#shown.run.nearest[example] ?? []) : [];
    this.root.replaceChildren(
      ...this.#picture(example, pictures?.scale ?? 1),
      ...(words ? [element("p", { className: "words", textContent: words })] : []),
      element(
        "p",
        { className: "facts" },
        lines.map((line) => element("span", { textContent: line })),
      ),
      ...(nearest.length > 0 ? this.#nearest(view, nearest) : []),
    );
    if (speak) {
      const others = nearest.map((other) => this.#facts(view, other).slice(0, 2).join(", "));
      this.status.textContent = [
        ...lines,
        ...(words ? [words] : []),
        ...(others.length > 0 ? [`nearest: ${others.join("; ")}`] : []),
      ].join("; ");
    }
    this.#place(view, example);
  }

  /** Class, cluster and row of an example, as lines of text. */
  #facts(view: View, example: number): string[] {
    const { classes, labels, rows } = this.#shown.data;
    const { clusters, certainty } = this.#shown.run;
    const label = classes[labels[example]!];
    const name = clusters[view.clusterOf(example)];
    const cluster = name === undefined ? "no cluster yet" : `cluster: ${name}`;
    const sure = view.isFinished() ? certainty?.[example] : undefined;
    return [
      ...(label === undefined ? [] : [`class ${label}`]),
      sure === undefined ? cluster : `${cluster}, q(c | x) ${sure} %`,
      `example ${rows[example]}`,
    ];
  }

  #picture(example: number, scale: number): HTMLElement[] {
    const { pictures } = this.#shown.data;
    if (!pictures) return [];
    const { source, columns, width, height } = pictures;
    const made = element("div", { className: "picture" });
    const [left, top] = [(example % columns) * width, Math.floor(example / columns) * height];
    Object.assign(made.style, {
      width: `${width * scale}px`,
      height: `${height * scale}px`,
      backgroundImage: `url(${source})`,
      backgroundSize: `${columns * width * scale}px auto`,
      backgroundPosition: `${-left * scale}px ${-top * scale}px`,
    });
    return [made];
  }

  #nearest(view: View, examples: number[]): HTMLElement[] {
    const { pictures, classes, labels, rows, terms } = this.#shown.data;
    const { clusters } = this.#shown.run;
    const nameOf = (example: number): string =>
      classes[labels[example]!] ?? clusters[view.clusterOf(example)] ?? "";
    const detailOf = (example: number): string =>
      terms?.[example]?.slice(0, 3).join(", ") ?? `example ${rows[example]}`;
    return [
      element("p", { className: "words", textContent: "nearest latents" }),
      element(
        "ul",
        { className: pictures ? "nearest pictures" : "nearest" },
        examples.map((example) =>
          element("li", {}, [
            ...this.#picture(example, smallHeight / (pictures?.height ?? 1)),
            element("span", {
              textContent: pictures
                ? nameOf(example)
                : [nameOf(example), detailOf(example)].filter(Boolean).join(": "),
            }),
          ]),
        ),
      ),
    ];
  }

  /** Beside the example, inside of the map. */
  #place(view: View, example: number): void {
    const at = view.onScreen(view.positionOf(example)!);
    const frame = this.root.parentElement!.getBoundingClientRect();
    const size = this.root.getBoundingClientRect();
    const right = at.x - frame.x + 16;
    const left = right + size.width > frame.width ? Math.max(0, right - size.width - 32) : right;
    const top = Math.min(Math.max(0, at.y - frame.y - size.height / 2), frame.height - size.height);
    this.root.style.transform = `translate(${left}px, ${top}px)`;
  }
}
