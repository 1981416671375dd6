import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changesOf, type InputsRecord, readInputs, whyItRan } from "../src/index.js";
import { keepInputs, keptInputs, writeInputs } from "../src/inputs.js";

const now = {
  plan: { pipeline: "a", epochs: 60, options: { hidden: [500], wG: 4 } },
  files: { "ingest/data.arrow": "1" },
  versions: { engine: "native" },
  code: { "systems/gumbelVae": "7" },
};
const after = (changes: Partial<typeof now>): InputsRecord => ({ ...now, before: { ...now, ...changes } });

describe("why a stage ran again", () => {
  test("names the field of the plan with both of its values", () => {
    const record = after({ plan: { ...now.plan, options: { hidden: [500, 10], wG: 4 } } });
    expect(whyItRan(record)).toBe("options.hidden: [500,10] → [500]");
  });

  test("a field that came or went is not set on the other side", () => {
    const { epochs: _, ...plan } = now.plan;
    expect(whyItRan(after({ plan: plan as typeof now.plan }))).toBe("epochs: not set → 60");
  });

  test("names the file of an earlier stage, or that there is a new one", () => {
    expect(whyItRan(after({ files: { "ingest/data.arrow": "2" } }))).toBe("changed: ingest/data.arrow");
    expect(whyItRan({ ...after({}), files: { ...now.files, "ingest/labelled.json": "3" } })).toBe(
      "changed: ingest/labelled.json is new",
    );
  });

  test("names the version and the code that is another", () => {
    expect(whyItRan(after({ versions: { engine: "wasm" } }))).toBe("version of engine: wasm → native");
    expect(whyItRan(after({ code: { "systems/gumbelVae": "8" } }))).toBe("code of systems/gumbelVae");
  });

  test("the plan comes before what follows from it; many are counted", () => {
    const many = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`train/seed-${i}/weights`, "old"]));
    const record = after({ plan: { ...now.plan, epochs: 40 }, files: { ...now.files, ...many } });
    expect(whyItRan(record)).toBe("epochs: 40 → 60");
    expect(changesOf(record)).toHaveLength(6);
    expect(whyItRan(after({ files: { ...now.files, ...many } }))).toMatch(/^changed: .* and 2 more$/);
  });

  test("says so where it is the first run, and where nothing changed", () => {
    expect(whyItRan({ ...now, before: null })).toBe("first run on this machine");
    expect(whyItRan(after({}))).toMatch(/^nothing that it follows changed/);
  });
});

describe("what the run before followed", () => {
  let folder: string;
  let kept: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gumbel-inputs-"));
    kept = join(folder, "before", "train.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is that of the last finished one: a run that failed since does not count", async () => {
    expect(await keptInputs(kept)).toBeNull();
    await writeInputs(folder, { ...now, before: null });
    await keepInputs(folder, kept);
    expect(await keptInputs(kept), "it did not finish").toBeNull();
    writeFileSync(join(folder, "manifest.json"), "{}");
    await keepInputs(folder, kept);
    rmSync(join(folder, "manifest.json"));
    await writeInputs(folder, { ...now, plan: { epochs: 1 }, before: null });
    await keepInputs(folder, kept);
    expect(await keptInputs(kept)).toEqual(now);
  });

  test("a file that is not understood is passed over", async () => {
    mkdirSync(join(folder, "before"));
    writeFileSync(kept, '{ "plan": 3 }');
    expect(await keptInputs(kept)).toBeNull();
    writeFileSync(join(folder, "manifest.json"), "{}");
    writeFileSync(join(folder, "inputs.json"), '{ "plan": 3 }');
    await keepInputs(folder, kept);
    await expect(readInputs(folder)).rejects.toThrow(/inputs.json/);
  });
});
