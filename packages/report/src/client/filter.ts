/** Which points of the map stand out: those of one class or cluster, and the wrong ones alone. The others fade. */
import type { MapData } from "../data/mapData.js";
import { element } from "./element.js";

type Colouring = "class" | "cluster";

export class Filter {
  readonly #data: MapData;
  #group: { by: Colouring; index: number } | undefined;
  #onlyWrong = false;

  constructor(data: MapData) {
    this.#data = data;
  }

  /** True if a point of this class and cluster stands out. */
  shows(label: number, cluster: number): boolean {
    const { by, index } = this.#group ?? { by: "class", index: undefined };
    if (index !== undefined && (by === "class" ? label : cluster) !== index) return false;
    return !this.#onlyWrong || this.isWrong(label, cluster);
  }

  /** True if the example's cluster was matched to another class than its own; false if one of them is unknown. */
  isWrong(label: number, cluster: number): boolean {
    return label >= 0 && cluster >= 0 && this.#data.matched[cluster] !== label;
  }

  /**
   * Makes the legends' entries buttons, and adds the choice of the wrong points where there are classes.
   *
   * @param onChange called after a choice
   */
  listen(maps: HTMLElement, onChange: () => void): void {
    const buttons: HTMLButtonElement[] = [];
    for (const entry of maps.querySelectorAll<HTMLElement>(".legend [data-group]")) {
      const by: Colouring = entry.closest(".by-class") ? "class" : "cluster";
      const index = Number(entry.dataset.group);
      const button = element("button", { type: "button" }, [...entry.childNodes]);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const again = this.#group?.by === by && this.#group.index === index;
        this.#group = again ? undefined : { by, index };
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button && !again));
        onChange();
      });
      buttons.push(button);
      entry.replaceChildren(button);
    }
    if (this.#data.classes.length === 0) return;
    const box = element("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      this.#onlyWrong = box.checked;
      onChange();
    });
    maps.querySelector("fieldset")?.append(element("label", { className: "wrong" }, [box, "only wrong"]));
    // A group of the other colouring says nothing of these colours.
    for (const choice of maps.querySelectorAll("input[type=radio]"))
      choice.addEventListener("change", () => {
        this.#group = undefined;
        for (const button of buttons) button.setAttribute("aria-pressed", "false");
        onChange();
      });
  }
}
