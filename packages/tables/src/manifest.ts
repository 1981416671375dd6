/**
 * manifest.json: what a stage wrote and from what. It is the last file a stage writes, and the only one that
 * turbo hashes for the stages after it, so nothing that differs between equal runs (wall time, host names)
 * may stand in it; those are in run.json.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

/** A SHA-256. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in hexadecimal");

const manifestSchema = z.strictObject({
  stage: z.string(),
  pipeline: z.string(),
  /** SHA-256 of the plan file that the stage read. */
  config: digest,
  seed: z.int(),
  /** What else it read: manifests of the stages before it. */
  reads: z.array(z.strictObject({ path: z.string(), sha256: digest })),
  /** Versions of everything that can change the bytes written. */
  versions: z.record(z.string(), z.string()),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: digest })),
});
export type Manifest = z.output<typeof manifestSchema>;

const manifestName = "manifest.json";

/** Describes `names` (relative to `folder`), sorted, with their size and digest. */
export async function describeFiles(folder: string, names: Iterable<string>): Promise<Manifest["files"]> {
  return Promise.all(
    [...names].sort().map(async (name) => {
      const path = join(folder, name);
      return { name, bytes: (await stat(path)).size, sha256: await sha256File(path) };
    }),
  );
}

/** Writes a stage's manifest, atomically. Call it last. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, manifestName), toJson(manifest));
}

/** A finished stage's files, opened through its manifest. */
export class Artifacts {
  readonly folder: string;
  readonly manifest: Manifest;
  /** SHA-256 of the manifest itself. */
  readonly digest: string;

  private constructor(folder: string, manifest: Manifest, digest: string) {
    this.folder = folder;
    this.manifest = manifest;
    this.digest = digest;
  }

  /** @throws UserError where the stage has not finished in `folder`. */
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
   * The path of one file, after checking that its bytes are those the stage wrote.
   *
   * @throws UserError where the manifest does not list it, or the bytes differ.
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
    const path = join(this.folder, name);
    const actual = await sha256File(path).catch(() => "nothing: the file is missing");
    if (actual !== entry.sha256) {
      throw new UserError({
        what: "a file is not what its stage wrote",
        where: path,
        expected: `SHA-256 ${entry.sha256}, found ${actual}`,
        hint: `delete ${this.folder} and run again: turbo restores or rebuilds it`,
      });
    }
    return path;
  }

  /** The parsed JSON of one file, checked as `path` does. */
  async json(name: string): Promise<unknown> {
    return readJson(await this.path(name));
  }
}
