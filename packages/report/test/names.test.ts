/** Names that come from outside, whatever they are; and a section that fails with an error of ours. */
import { afterAll, expect, test } from "vitest";
import { TestWorkspace } from "./workspace.js";

const workspace = new TestWorkspace();
afterAll(() => workspace.remove());

const odd = ["constructor", "__proto__", "toString", "a\u2028b\u0001</script>"];

test.each(["image", "text", "points"] as const)(
  "classes, titles, data sets and systems with the names of methods, separators and control characters: %s",
  async (kind) => {
    await workspace.add(`odd-${kind}`, {
      kind,
      classes: odd,
      dataset: "__proto__",
      model: "constructor",
      title: "valueOf \u2028\u0000 \ufffe<b>",
      snapshots: true,
      map: { methods: [], examples: 60 },
    });
    expect(workspace.runReport(`odd-${kind}`), workspace.output).toBe(0);
    const html = workspace.read(`odd-${kind}/report/index.html`);
    expect(html).toContain(">constructor, ");
    expect(html).not.toContain("b\u0001</script>");
    expect(html).not.toMatch(/This part is missing/);
    for (const name of ["confusion", "map-pca-class"]) {
      // XML has no other control characters, and a plot with one is no picture.
      const svg = workspace.read(`odd-${kind}/report/plots/${name}.svg`);
      expect([...svg].filter((each) => each < " " && !"\t\n\r".includes(each))).toEqual([]);
    }
  },
);
