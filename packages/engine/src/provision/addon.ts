/**
 * Builds the addon of tfjs-node, extended by native/, against a given libtensorflow. It is a few files of C++
 * over Node-API, so the compiler alone builds it, without node-gyp or Node's headers, and it works with every Node from 20
 * on.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { cp, mkdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "@gumbel/workspace";
import { noSuchProgram, run } from "@gumbel/workspace/programs";
import { ProvisionError } from "./error.js";
import {
  addonPath,
  type Build,
  buildName,
  linkedAddon,
  nodeApiHeaders,
  platformName,
  tfjsNodeFolder,
  tfjsNodeVersion,
} from "./paths.js";
import { lastLine } from "./probe.js";
import type { LibTensorFlow } from "./wheel.js";

/** Our extension of the addon: functions.cc includes tfjs-node's binding. */
const native = join(import.meta.dirname, "../../native");

const reachSeconds = 5;
const officialHost = "https://storage.googleapis.com/";

function sourceDigest(): string {
  const digest = createHash("sha256");
  for (const name of readdirSync(native).sort()) digest.update(readFileSync(join(native, name)));
  return digest.digest("hex").slice(0, 8);
}

/** True if the linked addon was built from the current files of native/. */
export const isCurrent = (build: Build): boolean =>
  realpathSync(linkedAddon(build)).includes(`-${sourceDigest()}-`);

/**
 * Builds the addon in the cache unless it exists.
 *
 * @returns its path
 * @throws ProvisionError if there is no compiler, or it fails.
 */
export async function builtAddon(library: LibTensorFlow, log: (line: string) => void): Promise<string> {
  const name = `${tfjsNodeVersion()}-${sourceDigest()}-tf${library.version}-${buildName(library.build)}`;
  const home = join(cacheFolder(), "tfjs-node", name);
  if (existsSync(join(home, addonPath))) return join(home, addonPath);
  return inWorkFolder(home, async (work) => {
    log("building the addon");
    await linkLibraries(work, library);
    const sources = join(tfjsNodeFolder(), "binding");
    const flags = ["-O3", "-fPIC", "-std=c++17", "-DNAPI_VERSION=8", "-fno-access-control"];
    // See native/signals.cc.
    const renamed = ["Execute", "NewContext", "NewExecutor"].map(
      (name) => `-DTFE_${name}=${name}WithoutSignals`,
    );
    const include = ["-I", nodeApiHeaders(), "-I", join(library.folder, "include"), "-I", sources];
    const own = readdirSync(native).filter((name) => name.endsWith(".cc"));
    const code = [join(sources, "tfjs_backend.cc"), ...own.map((name) => join(native, name))];
    const parts = join(work, "parts");
    await mkdir(parts);
    const objects = await Promise.all(
      code.map(async (file) => {
        const object = join(parts, `${basename(file)}.o`);
        await compile([...flags, ...renamed, ...include, "-c", file, "-o", object]);
        return object;
      }),
    );
    const linked = process.platform === "darwin" ? onMac(work, library) : await onLinux(parts, library);
    await compile(["-shared", ...objects, "-o", join(work, addonPath), ...linked]);
    await rm(parts, { recursive: true });
  });
}

/** The linker's options that name the libraries. */
const onMac = (work: string, { libraries }: LibTensorFlow): string[] => [
  ...libraries.map((name) => join(work, "deps", "lib", name)),
  "-undefined",
  "dynamic_lookup",
  "-Wl,-rpath,@loader_path/../../deps/lib",
];

/**
 * The linker's options that name the libraries: empty ones of the same names, in `folder`. A shared object leaves its symbols to
 * the loader anyway, and GNU's linker takes 8 s to read those of the real ones.
 */
async function onLinux(folder: string, { libraries }: LibTensorFlow): Promise<string[]> {
  const empty = await Promise.all(
    libraries.map(async (name) => {
      const path = join(folder, name);
      await compile(["-shared", "-nostdlib", `-Wl,-soname,${name}`, "-x", "c++", "/dev/null", "-o", path]);
      return path;
    }),
  );
  return ["-Wl,--no-as-needed", ...empty, "-Wl,-rpath,$ORIGIN/../../deps/lib"];
}

/** @throws ProvisionError if there is no such compiler, or it fails. */
async function compile(options: string[]): Promise<void> {
  const compiler = process.env.CXX || "c++";
  const { exitCode, stderr } = await run`${compiler} ${options}`;
  const hint =
    "install a C++ compiler (Debian: apt-get install g++; macOS: xcode-select --install), then pnpm gumbel doctor --fix";
  if (exitCode === noSuchProgram) throw new ProvisionError(`no C++ compiler was found (${compiler})`, hint);
  if (exitCode !== 0) throw new ProvisionError(`the addon does not compile: ${lastLine(stderr)}`, hint);
}

/**
 * Creates `deps/lib` beside the addon, where the loader looks for the libraries. The search path in the build for GPUs has
 * `../nvidia/<library>/lib`, relative to the link that was opened.
 */
async function linkLibraries(home: string, { build, folder, libraries }: LibTensorFlow): Promise<void> {
  const deps = join(home, "deps", "lib");
  await mkdir(deps, { recursive: true });
  await mkdir(dirname(join(home, addonPath)), { recursive: true });
  for (const name of libraries) await symlink(join(folder, "lib", name), join(deps, name));
  if (build === "cuda") await symlink(join(folder, "nvidia"), join(home, "deps", "nvidia"));
}

/**
 * Runs tfjs-node's install script in the cache, which gets its official build. The script rewrites package.json, and all
 * projects of the user may share the installed one, so it runs on a copy.
 *
 * @returns the path of the addon
 * @throws ProvisionError if its host is not reached, or it fails.
 */
export async function officialAddon(log: (line: string) => void): Promise<string> {
  const home = join(cacheFolder(), "tfjs-node", `${tfjsNodeVersion()}-official-${platformName}`);
  if (existsSync(join(home, addonPath))) return join(home, addonPath);
  await fetch(officialHost, { method: "HEAD", signal: AbortSignal.timeout(reachSeconds * 1000) }).catch(
    () => {
      throw new ProvisionError(
        "the host of tfjs-node's official build is not reached",
        "nothing, if the wheel works",
      );
    },
  );
  return inWorkFolder(home, async (work) => {
    log("fetching tfjs-node's official build");
    const installed = tfjsNodeFolder();
    for (const part of ["package.json", "scripts", "binding", "binding.gyp"])
      await cp(join(installed, part), join(work, part), { recursive: true });
    const modules = dirname(dirname(installed));
    const env = {
      ...process.env,
      NODE_PATH: modules,
      PATH: `${join(installed, "node_modules", ".bin")}:${join(modules, ".bin")}:${process.env.PATH}`,
    };
    const script = join(work, "scripts", "install.js");
    const { exitCode, stderr } = await run({ cwd: work, env, timeout: "5m" })`${process.execPath} ${script}`;
    if (exitCode !== 0 || !existsSync(join(work, addonPath))) {
      throw new ProvisionError(
        `tfjs-node's install script failed: ${lastLine(stderr)}`,
        "nothing, if the wheel works",
      );
    }
  });
}

/** Fills a temporary folder and renames it to `home` when it is complete. Returns the path of the addon in it. */
async function inWorkFolder(home: string, fill: (work: string) => Promise<void>): Promise<string> {
  const work = `${home}.${randomUUID()}`;
  await mkdir(work, { recursive: true });
  try {
    await fill(work);
    await rm(home, { recursive: true, force: true });
    await rename(work, home).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(join(home, addonPath))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return join(home, addonPath);
}
