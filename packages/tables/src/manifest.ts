/**
 * manifest.json: the output files of a stage and its inputs. It is the last file a stage writes, and the only one that turbo
 * hashes for the stages after it, so it contains nothing that differs between equal runs (wall time, host names); run.json
 * does.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

/** A SHA-256 in hexadecimal. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hexadecimal");

/** A path below the stage's folder: a manifest may come from a shared cache, and must lead nowhere else. */
const fileName = z
  .string()
  .refine(
    (name) =>
      name.split(/[\\/]/).every((part) => !["", ".", ".."].includes(part)) && !/^[A-Za-z]:/.test(name),
    "expected the path of a file inside the folder",
  );

export const manifestSchema = z.strictObject({
  stage: z.string(),
  pipeline: z.string(),
  /** SHA-256 of the plan file that the stage read. */
  config: digest,
  seed: z.int(),
  /** The manifests of earlier stages that it read. */
  reads: z.array(z.strictObject({ path: z.string(), sha256: digest })),
  /** Versions of all software that affects the output's bytes. */
  versions: z.record(z.string(), z.string()),
  files: z.array(z.strictObject({ name: fileName, bytes: z.int().min(0), sha256: digest })),
});
export type Manifest = z.output<typeof manifestSchema>;

const manifestName = "manifest.json";

/** Size and digest of each file of `names` (relative to `folder`), sorted by name. */
export async function describeFiles(folder: string, names: Iterable<string>): Promise<Manifest["files"]> {
  return Promise.all(
    [...names].sort().map(async (name) => {
      const path = join(folder, name);
      return { name, bytes: (await stat(path)).size, sha256: await sha256File(path) };
    }),
  );
}

/** Writes a stage's manifest atomically. Must be called after all other files are written. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, manifestName), toJson(manifest));
}

/** The files of a finished stage, opened through its manifest. */
export class Artifacts {
  readonly folder: string;
  readonly manifest: Manifest;
  /** SHA-256 of the manifest itself. */
  readonly digest: string;

  /** Names of the files that were asked for. */
  readonly #used = new Set<string>();

  private constructor(folder: string, manifest: Manifest, digest: string) {
    this.folder = folder;
    this.manifest = manifest;
    this.digest = digest;
  }

  /**
   * Opens the folder of a stage.
   *
   * @throws UserError if the stage has not finished.
   */
  static async open(folder: string): Promise<Artifacts> {
    const path = join(folder, manifestName);
    const manifest = parseWith(manifestSchema, await readJson(path), path);
    return new Artifacts(folder, manifest, await sha256File(path));
  }

  /** Names of the files, sorted. */
  get names(): string[] {
    return this.manifest.files.map((file) => file.name);
  }

  /**
   * The path of one file, after comparing its digest with the manifest's.
   *
   * @throws UserError if the manifest does not list it, or the digests differ.
   */
  async path(name: string): Promise<string> {
    const entry = this.manifest.files.find((file) => file.name === name);
    if (!entry) {
      throw new UserError({
        what: `the ${this.manifest.stage} stage did not write ${name}`,
        where: join(this.folder, manifestName),
        expected: `one of ${this.names.join(", ") || "no file at all"}`,
      });
    }
    this.#used.add(name);
    const path = join(this.folder, name);
    const actual = await sha256File(path).catch(() => "nothing: the file is missing");
    if (actual !== entry.sha256) {
      throw new UserError({
        what: "a file is not what its stage wrote",
        where: path,
        expected: `SHA-256 ${entry.sha256}, found ${actual}`,
        hint: "run again with --force, which writes it anew; pnpm gumbel verify names every damaged file",
      });
    }
    return path;
  }

  /**
   * Checks that the manifest and every file that was asked for are still those of the beginning.
   *
   * @throws UserError if one has changed.
   */
  async checkUnchanged(): Promise<void> {
    const path = join(this.folder, manifestName);
    if ((await sha256File(path).catch(() => undefined)) !== this.digest) {
      throw new UserError({
        what: `the output of the ${this.manifest.stage} stage was changed while it was read`,
        where: path,
        expected: "one run of a pipeline at a time",
        hint: "run the same command again",
      });
    }
    for (const name of this.#used) await this.path(name);
  }

  /** The parsed JSON of one file, checked as by `path`. */
  async json(name: string): Promise<unknown> {
    return readJson(await this.path(name));
  }
}
