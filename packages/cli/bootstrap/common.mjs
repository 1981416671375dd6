/** Functions of `npm start` and `npm test`. Plain Node without dependencies: they run before anything is installed. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
const windows = process.platform === "win32";

/** Ends the process with a message that says what to do. */
export function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/** Runs a command in the project's root with its output shown; ends the process with its exit code if that is not 0. */
export function run(command, args, env = process.env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env, shell: windows });
    // The terminal sends Ctrl-C to the child as well; wait for the child to end by itself.
    let stopped = false;
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        stopped = true;
        child.kill(signal);
      });
    }
    // If a command beside this one fails.
    process.on("exit", () => child.kill());
    child.on("error", (error) => fail(`${command} does not run: ${error.message}`));
    child.on("close", (code, signal) => {
      // turbo ends with 0 after a Ctrl-C, whatever it has left undone.
      if (stopped) {
        console.error("not finished: the same command goes on from there");
        process.exit(130);
      }
      if (code === 0) return done();
      process.exit(signal ? 130 : (code ?? 1));
    });
  });
}

/** Prepares this checkout: pnpm, the dependencies, the tensor engine. Returns the environment to use. */
export async function prepare() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20)
    fail(`Node ${process.versions.node} is too old: Gumbel needs 20 or newer (https://nodejs.org)`);

  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", PATH: pathWithPnpm() };
  await install(env);
  const build = (...more) =>
    run("pnpm", ["turbo", "run", "build", "--concurrency=100%", "--output-logs=errors-only", ...more], env);
  await build("--filter=@gumbel/engine");
  // Getting the engine waits for the network for much of its time.
  await Promise.all([
    build(),
    run(process.execPath, [join(root, "packages/engine/dist/provision/main.js")], env),
  ]);
  return env;
}

/** The user's cache folder; packages/workspace/src/cacheFolder.ts has the same rule for everything that is built. */
export function cacheFolder() {
  const inHome =
    process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
  return join(process.env.XDG_CACHE_HOME || inHome, "gumbel");
}

/** PATH with the pinned pnpm, which is installed if it is missing. */
function pathWithPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = packageManager.slice("pnpm@".length);
  const found = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8", shell: windows });
  if (found.status === 0 && found.stdout.trim() === version) return process.env.PATH;

  const home = join(cacheFolder(), "pnpm", version);
  const bin = join(home, "node_modules", ".bin");
  if (!existsSync(join(bin, "pnpm"))) {
    // If there is no pnpm yet, `pnpm turbo …` should work in the user's own shell afterwards.
    if (found.status !== 0 && globalInstall(version)) return process.env.PATH;
    console.log(`installing pnpm ${version} into ${home}`);
    const { status } = npm(["install", "--prefix", home, "--no-save", `pnpm@${version}`]);
    if (status !== 0) fail(`npm could not install pnpm ${version}: check the network, then run this again`);
  }
  if (found.status !== 0) console.log(`for pnpm in your own shell: npm install --global pnpm@${version}`);
  return `${bin}${delimiter}${process.env.PATH}`;
}

/** Installs pnpm beside npm if that needs no other rights; true if it did. */
function globalInstall(version) {
  const prefix = npm(["prefix", "--global"], "pipe").stdout?.trim();
  try {
    accessSync(join(prefix, "lib", "node_modules"), constants.W_OK);
    accessSync(join(prefix, "bin"), constants.W_OK);
  } catch {
    return false;
  }
  console.log(`installing pnpm ${version} beside npm (npm install --global)`);
  return (
    npm(["install", "--global", `pnpm@${version}`]).status === 0 &&
    spawnSync("pnpm", ["--version"]).status === 0
  );
}

const npm = (args, stdio = ["ignore", "ignore", "inherit"]) =>
  spawnSync("npm", [...args, "--no-fund", "--no-audit", "--loglevel=error"], {
    encoding: "utf8",
    stdio,
    shell: windows,
  });

/** Installs the dependencies, unless the lockfile is older than what is installed. Needs no network if the store has them. */
async function install(env) {
  const installed = join(root, "node_modules", ".modules.yaml");
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(join(root, "pnpm-lock.yaml")).mtimeMs)
    return;
  console.log("installing dependencies");
  const args = [
    "install",
    "--frozen-lockfile",
    "--prefer-offline",
    "--reporter=append-only",
    "--loglevel=warn",
  ];
  await run("pnpm", args, env);
}
