/** The user's own systems: how one is found, and what is said of one that is wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { codeOfStages } from "../src/code.js";
import { findSystem } from "../src/ownSystem.js";
import { makePlans } from "../src/plans.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-own-system-"));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "systems"));
writeFileSync(join(root, "pnpm-workspace.yaml"), "");

const write = (file: string, text: string): void => writeFileSync(join(root, "systems", file), text);
const door = "@gumbel/models/system";
const system = (changes = ""): string => `import { adam, z } from "${door}";
  const optionsSchema = z.strictObject({ size: z.int().min(1).default(3) });
  export default {
    title: "Mine", reference: "Me", optionsSchema, comparedBy: null,
    training: { epochs: 1, batchSize: 2, optimizer: adam(0.1) },
    build() { throw new Error("not yet"); },
    ${changes}
  };`;

test("a file in systems/ is a system by its name, in TypeScript or JavaScript", async () => {
  write("typed.ts", system("x: 1 as number,"));
  write("plain.js", system());
  expect((await findSystem(root, "typed")).title).toBe("Mine");
  expect((await findSystem(join(root, "systems"), "plain")).title).toBe("Mine");
  expect((await findSystem(root, "vae")).title).toBe("VAE");
});

test("its options are checked, and their defaults filled in", async () => {
  write("typed.ts", system());
  const plan = async (model: object) => {
    writeFileSync(join(root, "pipeline.json"), JSON.stringify({ dataset: "moons", model }));
    return makePlans(root, "x", "quick");
  };
  expect((await plan({ name: "typed" })).train).toMatchObject({ options: { size: 3 }, epochs: 1 });
  expect((await plan({ name: "typed" })).report.ownSystem).toBe(true);
  await expect(plan({ name: "typed", size: 0 })).rejects.toThrow(/size: .*>=1/);
  await expect(plan({ name: "typed", sise: 1 })).rejects.toThrow("sise");
});

test("its code is part of the digest: what it imports counts, a comment and a type do not", async () => {
  const program = join(resolve(import.meta.dirname, "../../.."), "packages/tasks/bin.mjs");
  const digests = async () => {
    const { train, extract, ingest } = await codeOfStages("typed", "moons", program, root);
    expect(extract["systems/typed.ts"]).toBe(train["systems/typed.ts"]);
    expect(ingest).not.toHaveProperty("systems/typed.ts");
    return train["systems/typed.ts"];
  };
  const using = (first: string): string =>
    `import { three } from "./lib/three.ts";\n${first}\n${system("three,")}`;
  mkdirSync(join(root, "systems", "lib"));
  write("lib/three.ts", "export const three = 3;");
  write("typed.ts", using(""));
  const before = await digests();
  write("typed.ts", using("// A comment.\ntype Three = 3;"));
  expect(await digests()).toBe(before);
  write("lib/three.ts", "export const three = 4;");
  expect(await digests()).not.toBe(before);
});

test.each([
  ["does not compile", "const x = 1;\nexport default {", /found end of file[\s\S]* systems\/wrong\.ts:2:17/],
  ["throws as it is loaded", "\n\nthrow new Error('no luck');", /no luck/],
  ["exports nothing", "export const x = 1;", /exports no system[\s\S]*systems\/wrong\.ts/],
  [
    "is no system",
    "export default { title: 1 };",
    /title: [\s\S]*build: expected a function[\s\S]*systems\/wrong\.ts/,
  ],
  [
    "imports what is not for it",
    'import { tf } from "@gumbel/engine";\nexport default tf;',
    /"@gumbel\/engine" is not for a system of yours: import from "@gumbel\/models\/system"[\s\S]*wrong\.ts:1:20/,
  ],
  [
    "imports what is not there",
    'import "./nowhere.js";',
    /Could not resolve ".\/nowhere.js"[\s\S]*wrong\.ts:1:8/,
  ],
])("one that %s is an error with its place", async (_, text, error) => {
  write("wrong.ts", text);
  await expect(findSystem(root, "wrong")).rejects.toThrow(error);
});

test("one with the name of a built-in system is refused, whichever is meant", async () => {
  write("vae.ts", system());
  await expect(findSystem(root, "vae")).rejects.toThrow(
    /"vae" is the name of a built-in system[\s\S]*systems\/vae\.ts/,
  );
  rmSync(join(root, "systems", "vae.ts"));
});

test("a name that is none says where a file of one's own goes", async () => {
  await expect(findSystem(root, "mine")).rejects.toThrow(
    /no model named "mine"[\s\S]*plain[\s\S]*systems\/mine\.ts[\s\S]*gumbel new --system mine/,
  );
});
