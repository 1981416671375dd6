/**
 * The addon of tfjs-node, built against a given libtensorflow, with what native/functions.cc adds to it. It is C++ of a few
 * files over Node-API, so one call of the compiler makes it, without node-gyp and without Node's own headers; and it serves
 * every Node from 20 on.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { cp, mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
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

/** Our part of the addon; it includes tfjs-node's binding. */
const functions = join(import.meta.dirname, "../../native/functions.cc");

const reachSeconds = 5;
const officialHost = "https://storage.googleapis.com/";

const sourceDigest = (): string =>
  createHash("sha256").update(readFileSync(functions)).digest("hex").slice(0, 8);

/** Whether the addon that is linked was built from native/functions.cc as it is today, not before a change of it. */
export const isCurrent = (build: Build): boolean =>
  realpathSync(linkedAddon(build)).includes(`-${sourceDigest()}-`);

/**
 * Builds the addon in the cache, where it is not there yet.
 *
 * @returns its path
 * @throws ProvisionError without a compiler, or where it fails.
 */
export async function builtAddon(library: LibTensorFlow, log: (line: string) => void): Promise<string> {
  const name = `${tfjsNodeVersion()}-${sourceDigest()}-tf${library.version}-${buildName(library.build)}`;
  const home = join(cacheFolder(), "tfjs-node", name);
  if (existsSync(join(home, addonPath))) return join(home, addonPath);
  return inWorkFolder(home, async (work) => {
    log("building the addon");
    await layOut(work, library);
    const sources = join(tfjsNodeFolder(), "binding");
    const compiler = process.env.CXX || "c++";
    const flags = ["-O2", "-shared", "-fPIC", "-std=c++17", "-DNAPI_VERSION=8", "-fno-access-control"];
    const include = ["-I", nodeApiHeaders(), "-I", join(library.folder, "include"), "-I", sources];
    const libraries = ["-L", join(work, "deps", "lib"), "-ltensorflow", "-ltensorflow_framework"];
    const loading =
      process.platform === "darwin"
        ? ["-undefined", "dynamic_lookup", "-Wl,-rpath,@loader_path/../../deps/lib"]
        : ["-Wl,-rpath,$ORIGIN/../../deps/lib"];
    const code = [join(sources, "tfjs_backend.cc"), functions];
    const { exitCode, stderr } =
      await run`${compiler} ${flags} ${include} ${code} -o ${join(work, addonPath)} ${libraries} ${loading}`;
    const cure =
      "install a C++ compiler (Debian: apt-get install g++; macOS: xcode-select --install), then pnpm gumbel doctor --fix";
    if (exitCode === noSuchProgram) throw new ProvisionError(`there is no C++ compiler (${compiler})`, cure);
    if (exitCode !== 0) throw new ProvisionError(`the addon does not compile: ${lastLine(stderr)}`, cure);
  });
}

/**
 * `deps/lib` beside the addon: the names that the linker and the loader look for. The GPU build's own search path has
 * `../nvidia/<library>/lib`, seen from where it was opened: the link is all that the loader needs.
 */
async function layOut(
  home: string,
  { build, folder, libraries: [api, framework] }: LibTensorFlow,
): Promise<void> {
  const deps = join(home, "deps", "lib");
  await mkdir(deps, { recursive: true });
  await mkdir(dirname(join(home, addonPath)), { recursive: true });
  const suffix = process.platform === "darwin" ? "dylib" : "so";
  const links: [string, string][] = [
    [`libtensorflow.${suffix}`, api],
    [api, api],
    [`libtensorflow_framework.${suffix}`, framework],
    [framework, framework],
  ];
  for (const [name, target] of links) await symlink(join(folder, "lib", target), join(deps, name));
  if (build === "cuda") await symlink(join(folder, "nvidia"), join(home, "deps", "nvidia"));
}

/**
 * tfjs-node's own build, as its install script makes it, in the cache. The script rewrites package.json on its way, and the
 * installed one is shared by every project of the user, so it runs on a copy.
 *
 * @throws ProvisionError where its host is not reached, or it fails.
 */
export async function officialAddon(log: (line: string) => void): Promise<string> {
  const home = join(cacheFolder(), "tfjs-node", `${tfjsNodeVersion()}-official-${platformName}`);
  if (existsSync(join(home, addonPath))) return join(home, addonPath);
  await fetch(officialHost, { method: "HEAD", signal: AbortSignal.timeout(reachSeconds * 1000) }).catch(
    () => {
      throw new ProvisionError(
        "the host of tfjs-node's own build is not reached",
        "none needed where the wheel works",
      );
    },
  );
  return inWorkFolder(home, async (work) => {
    log("fetching tfjs-node's own build");
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
        `tfjs-node's own install failed: ${lastLine(stderr)}`,
        "none needed where the wheel works",
      );
    }
  });
}

/** Lets `make` fill a work folder, then gives it the name `home`: nobody sees a half-made one. */
async function inWorkFolder(home: string, make: (work: string) => Promise<void>): Promise<string> {
  const work = `${home}.${randomUUID()}`;
  await mkdir(work, { recursive: true });
  try {
    await make(work);
    await rm(home, { recursive: true, force: true });
    await rename(work, home).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(join(home, addonPath))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return join(home, addonPath);
}
