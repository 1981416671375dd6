/** Names on the map, moved apart so that none is written over another. */
import type { MapName } from "../data/mapData.js";

/** Height of a name in units of the map, and mean width of a character. */
const height = 38;
const characterWidth = 21;
const gap = 14;
const rounds = 60;

const widthOf = ({ text }: MapName): number => characterWidth * [...text].length + gap;

/** How much two names overlap, sideways and in height; negative or 0 if they do not. */
const overlap = (a: MapName, b: MapName): { across: number; down: number } => ({
  across: (widthOf(a) + widthOf(b)) / 2 - Math.abs(a.x - b.x),
  down: height - Math.abs(a.y - b.y),
});

/**
 * Moves names that overlap apart, each by half, in the direction that takes less; names of the same place by their order.
 *
 * @param names with the place of each name's middle, in units of the map
 */
export function apart(names: MapName[]): MapName[] {
  const moved = names.map((name) => ({ ...name }));
  for (let round = 0; round < rounds; round++) {
    let still = true;
    for (const [i, a] of moved.entries())
      for (const b of moved.slice(i + 1)) {
        const { across, down } = overlap(a, b);
        if (across <= 0 || down <= 0) continue;
        still = false;
        const axis = across < down ? "x" : "y";
        const by = Math.ceil(Math.min(across, down) / 2);
        const towards = a[axis] > b[axis] ? 1 : -1;
        a[axis] += towards * by;
        b[axis] -= towards * by;
      }
    if (still) break;
  }
  return moved;
}
