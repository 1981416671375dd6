/**
 * libtensorflow out of PyPI's wheel. pip is the ordinary client: it honours the user's own index, proxy and mirror.
 * Only the headers and the two libraries are unpacked; the result is shared by all checkouts of the user.
 */

import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { ProvisionError } from "./error.js";
import { cacheFolder, platformName } from "./places.js";
import { lastLine } from "./probe.js";

interface Wheel {
  requirement: string;
  pipPlatform: string;
  /** Library names on this platform: the C++ API and the framework. */
  libraries: [string, string];
  /** Known digest of the wheel; on platforms that nobody has tried yet there is none and pip's own check must do. */
  sha256?: string;
}

const version = "2.15.0";
const linux: [string, string] = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Wheels by platform. Only linux-x64 has been tried. */
const wheels: Record<string, Wheel> = {
  "linux-x64": {
    requirement: `tensorflow-cpu==${version}`,
    pipPlatform: "manylinux2014_x86_64",
    libraries: linux,
    sha256: "f46c795177f6311c83562e05d38dc7d4618f8d3150e6902a4499b875f3f97270",
  },
  "linux-arm64": {
    requirement: `tensorflow-cpu-aws==${version}`,
    pipPlatform: "manylinux2014_aarch64",
    libraries: linux,
  },
  "darwin-arm64": {
    requirement: `tensorflow-macos==${version}`,
    pipPlatform: "macosx_12_0_arm64",
    libraries: ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"],
  },
};

/** libtensorflow as unpacked: `include/` and `lib/`. */
export interface LibTensorFlow {
  folder: string;
  version: string;
  libraries: [string, string];
}

const listName = "unpacked.json";

/**
 * libtensorflow from the cache, else from the wheel.
 *
 * @throws ProvisionError where it cannot be had.
 */
export async function libTensorFlow(log: (line: string) => void): Promise<LibTensorFlow> {
  const wheel = wheels[platformName];
  if (!wheel)
    throw new ProvisionError(
      `there is no wheel of libtensorflow for ${platformName}`,
      "none known; the wasm engine runs everywhere",
    );
  const folder = join(cacheFolder(), "libtensorflow", `${version}-${platformName}`);
  if (!(await isWhole(folder))) {
    await rm(folder, { recursive: true, force: true });
    await fetchAndUnpack(wheel, folder, log);
  }
  return { folder, version, libraries: wheel.libraries };
}

/** Whether every file that was unpacked is still there in its full size. */
export async function isWhole(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, listName))) return false;
  const sizes = JSON.parse(await readFile(join(folder, listName), "utf8")) as Record<string, number>;
  for (const [name, bytes] of Object.entries(sizes)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}

async function fetchAndUnpack(wheel: Wheel, folder: string, log: (line: string) => void): Promise<void> {
  // Two processes may do this at once: each works in a folder of its own, and the first to rename wins.
  const work = `${folder}.${randomUUID()}`;
  await mkdir(work, { recursive: true });
  try {
    log(`fetching libtensorflow ${version} (once per user, about 200 MB) with pip`);
    const file = await download(wheel, work);
    log("unpacking it");
    const unpacked = join(work, "unpacked");
    await unpackWheel(file, unpacked, wheel.libraries);
    await rename(unpacked, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (!(await isWhole(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download({ requirement, pipPlatform, sha256 }: Wheel, to: string): Promise<string> {
  const cure = "install Python 3 with pip, or check the network and pip's settings";
  const pip = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary=:all:",
    "--python-version",
    "3.11",
  ];
  const { status, stderr, error } = spawnSync(
    "python3",
    [...pip, "--platform", pipPlatform, requirement, "--dest", to],
    { encoding: "utf8" },
  );
  if (error) throw new ProvisionError("there is no python3 to run pip with", cure);
  if (status !== 0) throw new ProvisionError(`pip could not fetch ${requirement}: ${lastLine(stderr)}`, cure);
  const name = (await readdir(to)).find((entry) => entry.endsWith(".whl"));
  if (!name) throw new ProvisionError(`pip fetched no wheel of ${requirement}`, cure);
  const file = join(to, name);
  if (sha256) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    if (hash.digest("hex") !== sha256) {
      throw new ProvisionError(
        `the wheel of ${requirement} is not the known one`,
        "check where pip gets its packages from",
      );
    }
  }
  return file;
}

/** Unpacks the headers and libraries of a wheel into `folder`/include and `folder`/lib, with a list of their sizes. */
export async function unpackWheel(file: string, folder: string, libraries: string[]): Promise<void> {
  const zip = await openPromise(file);
  const sizes: Record<string, number> = {};
  for await (const entry of zip.eachEntry()) {
    const name = destination(entry.fileName, libraries);
    if (!name) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await extract(zip, entry, join(folder, name));
    sizes[name] = entry.uncompressedSize;
  }
  for (const library of libraries) {
    if (!(`lib/${library}` in sizes))
      throw new ProvisionError(`the wheel holds no ${library}`, "report it: the wheel has changed");
  }
  await writeFile(join(folder, listName), JSON.stringify(sizes));
}

async function extract(zip: ZipFile, entry: Entry, to: string): Promise<void> {
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to));
}

/** Where a file of the wheel goes; undefined for what is not needed. yauzl has refused paths that climb out. */
function destination(name: string, libraries: string[]): string | undefined {
  if (name.endsWith("/")) return undefined;
  if (name.startsWith("tensorflow/include/")) return name.slice("tensorflow/".length);
  const library = name.slice("tensorflow/".length);
  return libraries.includes(library) ? `lib/${library}` : undefined;
}
