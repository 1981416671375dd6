import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changesOf, type InputsRecord, readInputs, whyItRan } from "../src/index.js";
import { readSavedInputs, saveInputs, writeInputs } from "../src/inputs.js";

const now = {
  plan: { pipeline: "a", epochs: 60, options: { hidden: [500], wG: 4 } },
  files: { "ingest/data.arrow": "1" },
  versions: { engine: "native" },
  code: { "systems/gumbelVae": "7" },
};
const after = (changes: Partial<typeof now>): InputsRecord => ({ ...now, before: { ...now, ...changes } });

describe("the reason why a stage ran again", () => {
  test("names the field of the plan with both of its values", () => {
    const record = after({ plan: { ...now.plan, options: { hidden: [500, 10], wG: 4 } } });
    expect(whyItRan(record)).toBe("options.hidden: [500,10] → [500]");
  });

  test("a field that was added or removed is not set in the other run", () => {
    const { epochs: _, ...plan } = now.plan;
    expect(whyItRan(after({ plan: plan as typeof now.plan }))).toBe("epochs: not set → 60");
  });

  test("names the file of an earlier stage, and says if it is new", () => {
    const file = (digit: string) => ({ ...now.plan, files: { usps: digit.repeat(64) } });
    expect(whyItRan({ ...after({ plan: file("0") }), plan: file("1") })).toBe(
      "files.usps has other contents",
    );
    expect(whyItRan(after({ files: { "ingest/data.arrow": "2" } }))).toBe("changed: ingest/data.arrow");
    expect(whyItRan({ ...after({}), files: { ...now.files, "ingest/labelled.json": "3" } })).toBe(
      "changed: ingest/labelled.json is new",
    );
  });

  test("names the version and the code that changed", () => {
    expect(whyItRan(after({ versions: { engine: "wasm" } }))).toBe("version of engine: wasm → native");
    expect(whyItRan(after({ code: { "systems/gumbelVae": "8" } }))).toBe("code of systems/gumbelVae");
  });

  test("a change of the plan hides the changes of files that it causes; many changes are counted", () => {
    const many = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`train/seed-${i}/weights`, "old"]));
    const record = after({ plan: { ...now.plan, epochs: 40 }, files: { ...now.files, ...many } });
    expect(whyItRan(record)).toBe("epochs: 40 → 60");
    expect(changesOf(record)).toHaveLength(6);
    expect(whyItRan(after({ files: { ...now.files, ...many } }))).toMatch(/^changed: .* and 2 more$/);
  });

  test("says that it is the first run, or that nothing changed", () => {
    expect(whyItRan({ ...now, before: null })).toBe("first run on this machine");
    expect(whyItRan(after({}))).toMatch(/^none of its inputs changed/);
  });
});

describe("the inputs of the run before", () => {
  let folder: string;
  let saved: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gumbel-inputs-"));
    saved = join(folder, "before", "train.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("are those of the last finished run: a run that failed since does not count", async () => {
    expect(await readSavedInputs(saved)).toBeNull();
    await writeInputs(folder, { ...now, before: null });
    await saveInputs(folder, saved);
    expect(await readSavedInputs(saved), "it did not finish").toBeNull();
    writeFileSync(join(folder, "manifest.json"), "{}");
    await saveInputs(folder, saved);
    rmSync(join(folder, "manifest.json"));
    await writeInputs(folder, { ...now, plan: { epochs: 1 }, before: null });
    await saveInputs(folder, saved);
    expect(await readSavedInputs(saved)).toEqual(now);
  });

  test("an invalid file is ignored", async () => {
    mkdirSync(join(folder, "before"));
    writeFileSync(saved, '{ "plan": 3 }');
    expect(await readSavedInputs(saved)).toBeNull();
    writeFileSync(join(folder, "manifest.json"), "{}");
    writeFileSync(join(folder, "inputs.json"), '{ "plan": 3 }');
    await saveInputs(folder, saved);
    await expect(readInputs(folder)).rejects.toThrow(/inputs.json/);
  });
});
