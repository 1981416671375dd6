/**
 * Gets libtensorflow from PyPI's wheels with pip, which honours the user's index, proxy and mirror.
 * Only the headers of the C API and the libraries are unpacked; all checkouts of the user share the result.
 */

import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheFolder, sha256File } from "@gumbel/workspace";
import { noSuchProgram, run } from "@gumbel/workspace/programs";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { ProvisionError } from "./error.js";
import { type Build, buildName, platformName } from "./paths.js";
import { lastLine } from "./probe.js";

interface Wheel {
  requirement: string;
  pipPlatform: string;
  /** Library names on this platform: the C++ API and the framework. */
  libraries: [string, string];
  /** Digest of the wheel; absent on platforms that are not tested yet, which rely on pip's own check. */
  sha256?: string;
}

const version = "2.15.0";
const linux: [string, string] = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Wheels by build and platform. Only those of linux-x64 are tested, the one for GPUs not yet on a GPU. */
const wheels: Record<Build, Record<string, Wheel>> = {
  native: {
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
  },
  cuda: {
    "linux-x64": {
      requirement: `tensorflow==${version}`,
      pipPlatform: "manylinux2014_x86_64",
      libraries: linux,
      sha256: "dee8ec2b2c6c942ae65d25746e53cdc475e82d5fcbbb3009ce47f5963d69ebfc",
    },
  },
};

/** Size of each build's download and on disk, in GB, measured on linux-x64. */
const gigabytes: Record<Build, { download: number; disk: number }> = {
  native: { download: 0.2, disk: 0.7 },
  cuda: { download: 2.1, disk: 3.7 },
};
/** Room for the largest wheel (cuDNN's) beside the files that are already unpacked. */
const spareGigabytes = 1;

/**
 * NVIDIA's libraries that libtensorflow opens when it starts on a GPU, by their names on PyPI, and nvJitLink, which two of
 * them need. `tensorflow[and-cuda]` requires more: an XLA compiler, TensorRT, collectives between GPUs.
 */
const cudaLibraries = [
  "nvidia-cublas-cu12",
  "nvidia-cuda-cupti-cu12",
  "nvidia-cuda-runtime-cu12",
  "nvidia-cudnn-cu12",
  "nvidia-cufft-cu12",
  "nvidia-cusolver-cu12",
  "nvidia-cusparse-cu12",
  "nvidia-nvjitlink-cu12",
];

/** An unpacked libtensorflow: `include/` and `lib/`, and `nvidia/` in the build for GPUs. */
export interface LibTensorFlow {
  build: Build;
  folder: string;
  version: string;
  libraries: [string, string];
}

/** Size in bytes of each unpacked file, by its path. */
type Sizes = Record<string, number>;

const listName = "unpacked.json";
const metadataName = "METADATA";

/**
 * Finds libtensorflow in the cache, else gets it from the wheel.
 *
 * @throws ProvisionError if there is no wheel for this platform or it cannot be fetched.
 */
export async function libTensorFlow(build: Build, log: (line: string) => void): Promise<LibTensorFlow> {
  const wheel = wheels[build][platformName];
  if (!wheel)
    throw new ProvisionError(
      `there is no wheel of libtensorflow for ${buildName(build)}`,
      "use the wasm engine, which runs everywhere",
    );
  const folder = join(cacheFolder(), "libtensorflow", `${version}-${buildName(build)}`);
  if (!(await isComplete(folder))) {
    await rm(folder, { recursive: true, force: true });
    await fetchAndUnpack(build, wheel, folder, log);
  }
  return { build, folder, version, libraries: wheel.libraries };
}

/** Writes the list of a folder's files and sizes, which marks the folder as complete. */
export const writeList = (folder: string, sizes: Sizes): Promise<void> =>
  writeFile(join(folder, listName), JSON.stringify(sizes));

/** True if every unpacked file exists in its full size. */
export async function isComplete(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, listName))) return false;
  const sizes = JSON.parse(await readFile(join(folder, listName), "utf8")) as Sizes;
  for (const [name, bytes] of Object.entries(sizes)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}

async function fetchAndUnpack(
  build: Build,
  wheel: Wheel,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  // Several processes may do this at once: each works in its own folder, and the first to rename it wins.
  const work = `${folder}.${randomUUID()}`;
  await mkdir(work, { recursive: true });
  try {
    const { download, disk } = gigabytes[build];
    await requireSpace(work, disk + spareGigabytes);
    const what = `libtensorflow ${version}${build === "cuda" ? " and NVIDIA's libraries" : ""}`;
    log(`${what}, once per user: ${download} GB to fetch with pip, ${disk} GB on disk in ${cacheFolder()}`);
    const unpacked = join(work, "unpacked");
    const fetched = async (from: typeof wheel, unpack: (file: string) => Promise<Sizes>): Promise<Sizes> => {
      log(`fetching ${from.requirement}`);
      const file = await fetchWheel(from, work);
      const sizes = await unpack(file);
      await rm(file);
      return sizes;
    };
    const files = await fetched(wheel, (file) => unpackTensorFlow(file, unpacked, wheel.libraries));
    if (build === "cuda") {
      for (const requirement of cudaRequirements(await readFile(join(unpacked, metadataName), "utf8"))) {
        const { pipPlatform, libraries } = wheel;
        const nvidia = { requirement, pipPlatform, libraries };
        Object.assign(files, await fetched(nvidia, (file) => unpackWheel(file, unpacked, nvidiaFile)));
      }
    }
    await writeList(unpacked, files);
    await rename(unpacked, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (!(await isComplete(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function requireSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < needed) {
    throw new ProvisionError(
      `${needed.toFixed(1)} GB of disk are needed in ${cacheFolder()}, ${free.toFixed(1)} GB are free`,
      "make room, or let XDG_CACHE_HOME name a folder on a larger disk",
    );
  }
}

/**
 * Pip requirements of the libraries for GPUs, in the versions that TensorFlow's METADATA names.
 *
 * @throws ProvisionError if it names no version of one of them.
 */
export function cudaRequirements(metadata: string): string[] {
  return cudaLibraries.map((name) => {
    const exact = new RegExp(`^Requires-Dist: ${name} ?\\(?==([^);\\s]+)`, "m").exec(metadata);
    if (!exact)
      throw new ProvisionError(`the wheel names no version of ${name}`, "report it: the wheel has changed");
    return `${name}==${exact[1]}`;
  });
}

async function fetchWheel({ requirement, pipPlatform, sha256 }: Wheel, to: string): Promise<string> {
  const hint = "install Python 3 with pip, or check the network and pip's settings";
  const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"];
  const { exitCode, stderr } =
    await run`python3 -m pip download ${options} --platform ${pipPlatform} ${requirement} --dest ${to}`;
  if (exitCode === noSuchProgram) throw new ProvisionError("python3, which runs pip, is not installed", hint);
  if (exitCode !== 0)
    throw new ProvisionError(`pip could not fetch ${requirement}: ${lastLine(stderr)}`, hint);
  const name = (await readdir(to)).find((entry) => entry.endsWith(".whl"));
  if (!name) throw new ProvisionError(`pip fetched no wheel of ${requirement}`, hint);
  const file = join(to, name);
  if (sha256 && (await sha256File(file)) !== sha256) {
    throw new ProvisionError(
      `the wheel of ${requirement} does not have the expected SHA-256`,
      "check the index that pip is set to (pip config list)",
    );
  }
  return file;
}

/** Headers of TensorFlow's C API and those that they include: 300 of 10,000. */
const cHeaders = /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/c|tsl\/platform)\//;

/**
 * Unpacks the headers of TensorFlow's C API, its libraries and METADATA.
 *
 * @throws ProvisionError if one of the libraries is missing.
 */
export async function unpackTensorFlow(file: string, folder: string, libraries: string[]): Promise<Sizes> {
  const sizes = await unpackWheel(file, folder, (name) => {
    if (/^tensorflow[^/]*\.dist-info\/METADATA$/.test(name)) return metadataName;
    if (cHeaders.test(name)) return name.slice("tensorflow/".length);
    const library = name.slice("tensorflow/".length);
    return libraries.includes(library) ? `lib/${library}` : undefined;
  });
  for (const library of libraries) {
    if (!(`lib/${library}` in sizes))
      throw new ProvisionError(`the wheel does not contain ${library}`, "report it: the wheel has changed");
  }
  return sizes;
}

/** Path to unpack a file of one of NVIDIA's wheels to; undefined unless it is a library. */
export const nvidiaFile = (name: string): string | undefined =>
  /^nvidia\/\w+\/lib\/[^/]+\.so[.\d]*$/.test(name) ? name : undefined;

/** Unpacks the files of a wheel that `destination` gives a path in `folder`. yauzl rejects paths that leave the archive. */
export async function unpackWheel(
  file: string,
  folder: string,
  destination: (name: string) => string | undefined,
): Promise<Sizes> {
  const zip = await openPromise(file);
  const sizes: Sizes = {};
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.endsWith("/") ? undefined : destination(entry.fileName);
    if (!name) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await extract(zip, entry, join(folder, name));
    sizes[name] = entry.uncompressedSize;
  }
  return sizes;
}

async function extract(zip: ZipFile, entry: Entry, to: string): Promise<void> {
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to));
}
