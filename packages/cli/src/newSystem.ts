/** `gumbel new --system NAME`: the skeleton of a system of the user's own, which any pipeline of the project can name. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { UserError } from "@gumbel/config";
import { systemNames } from "@gumbel/models";
import { ownSystemFile, ownSystemsFolder, toCompactJson, writeFileAtomic } from "@gumbel/workspace";
import { toolFolder } from "./template.js";

/** The files that are copied as they are, or nearly. */
export const templates = join(import.meta.dirname, "../templates");

/**
 * Writes `systems/<name>.ts`, and beside it what an editor needs to know its types.
 *
 * @throws UserError if the name is invalid, that of a built-in system, or taken
 */
export async function newSystem(root: string, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,49}$/.test(name)) {
    throw new UserError({
      what: `"${name.slice(0, 50)}" cannot be the name of a system`,
      where: "--system",
      expected: "small letters, digits and hyphens, a letter first, at most 50",
    });
  }
  const taken = ownSystemFile(root, name);
  if (taken || systemNames.includes(name)) {
    throw new UserError({
      what: taken ? "a system of that name exists" : `"${name}" is the name of a built-in system`,
      where: taken ?? "--system",
      hint: "choose another name",
    });
  }
  const folder = ownSystemsFolder(root);
  const file = join(folder, `${name}.ts`);
  const skeleton = await readFile(join(templates, "system.ts"), "utf8");
  const title = name[0]!.toUpperCase() + name.slice(1).replaceAll("-", " ");
  await writeFileAtomic(file, skeleton.replaceAll("my-method", name).replace("My method", title));
  const settings = join(folder, "tsconfig.json");
  if (!existsSync(settings)) await writeFileAtomic(settings, toCompactJson(typeSettings(root)));
  console.log(
    `created ${relative(root, file)}; any pipeline can name it: pnpm gumbel new NAME --data FILE --model ${name}`,
  );
}

/** tsconfig.json of the user's own systems. */
const typeSettings = (root: string): object => ({
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023"],
    module: "NodeNext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: { "@gumbel/models/system": [`../${toolFolder(root)}/models/dist/door.d.ts`] },
  },
});
