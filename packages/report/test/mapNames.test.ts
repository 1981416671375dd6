import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { apart } from "../src/plots/names.js";

describe("names on the map", () => {
  test("stay where they are if they do not touch", () => {
    const names = [
      { text: "0", x: 0, y: 0 },
      { text: "1", x: 200, y: 0 },
    ];
    expect(apart(names)).toEqual(names);
  });

  test("are moved apart, by as little as it takes, even from one place", () => {
    const moved = apart([
      { text: "zero", x: 100, y: 100 },
      { text: "one", x: 100, y: 100 },
    ]);
    expect(moved.map(({ x }) => x)).toEqual([100, 100]);
    expect(Math.abs(moved[0]!.y - moved[1]!.y)).toBe(38);
  });

  test("do not overlap where twelve lie together", () => {
    const random = stream(0, "names");
    const names = Array.from({ length: 12 }, (_, i) => ({
      text: `class ${i}`,
      x: 500 + random.int(120),
      y: 500 + random.int(120),
    }));
    const moved = apart(names);
    for (const [i, a] of moved.entries())
      for (const b of moved.slice(i + 1)) {
        const across = (21 * (a.text.length + b.text.length)) / 2 + 14 - Math.abs(a.x - b.x);
        expect(Math.min(across, 38 - Math.abs(a.y - b.y))).toBeLessThanOrEqual(0);
      }
  });
});
