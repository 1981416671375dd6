/** Which points of the map stand out: those of one class or cluster, and the wrong ones alone. The others fade. */
import { element } from "./element.js";
import type { Shown } from "./shown.js";

type Colouring = "class" | "cluster";

export class Filter {
  readonly #shown: Shown;
  readonly #buttons: HTMLButtonElement[] = [];
  #group: { by: Colouring; index: number } | undefined;
  #onlyWrong = false;

  constructor(shown: Shown) {
    this.#shown = shown;
  }

  /** True if a point of this class and cluster stands out. */
  shows(label: number, cluster: number): boolean {
    const { by, index } = this.#group ?? { by: "class", index: undefined };
    if (index !== undefined && (by === "class" ? label : cluster) !== index) return false;
    return !this.#onlyWrong || this.isWrong(label, cluster);
  }

  /** True if the example's cluster was matched to another class than its own; false if one of them is unknown. */
  isWrong(label: number, cluster: number): boolean {
    return label >= 0 && cluster >= 0 && this.#shown.run.matched[cluster] !== label;
  }

  /**
   * Makes the legends' entries buttons, and adds the choice of the wrong points where there are classes.
   *
   * @param onChange called after a choice
   */
  listen(maps: HTMLElement, onChange: () => void): void {
    for (const entry of maps.querySelectorAll<HTMLElement>(".legend [data-group]")) {
      const by: Colouring = entry.closest(".by-class") ? "class" : "cluster";
      const index = Number(entry.dataset.group);
      const button = element("button", { type: "button" }, [...entry.childNodes]);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const again = this.#group?.by === by && this.#group.index === index;
        this.#group = again ? undefined : { by, index };
        for (const other of this.#buttons)
          other.setAttribute("aria-pressed", String(other === button && !again));
        onChange();
      });
      this.#buttons.push(button);
      entry.replaceChildren(button);
    }
    if (this.#shown.data.classes.length === 0) return;
    const box = element("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      this.#onlyWrong = box.checked;
      onChange();
    });
    maps
      .querySelector(".choices:not(.seeds)")
      ?.append(element("label", { className: "wrong" }, [box, "only wrong"]));
    // A group of the other colouring says nothing of these colours.
    for (const choice of maps.querySelectorAll("input[name=map-colour]"))
      choice.addEventListener("change", () => {
        this.showAll();
        onChange();
      });
  }

  /** Lets every group stand out. */
  showAll(): void {
    this.#group = undefined;
    for (const button of this.#buttons) button.setAttribute("aria-pressed", "false");
  }
}
