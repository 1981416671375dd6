import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isHeld, withLock } from "../src/lock.js";
import { run } from "../src/programs.js";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-lock-"));
  lock = join(folder, "train.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = async (): Promise<boolean> => existsSync(lock);

/** The contents of this process' lock, with `changes`. */
async function content(changes: object = {}): Promise<string> {
  const own = await withLock(join(folder, "own.lock"), async () =>
    readFileSync(join(folder, "own.lock"), "utf8"),
  );
  return JSON.stringify({ ...JSON.parse(own), ...changes });
}

test("a lock exists while the work runs, and is removed when it ends or fails", async () => {
  expect(await withLock(lock, held)).toBe(true);
  const failing = withLock(lock, () => Promise.reject(new Error("no memory")));
  await expect(failing).rejects.toThrow("no memory");
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a running process is refused with an error that names the process, and stays", async () => {
  await withLock(lock, async () => {
    expect(await isHeld(lock)).toBe(true);
    const refused = withLock(lock, held);
    await expect(refused).rejects.toThrow(`process ${process.pid} is already working on this`);
    await expect(refused).rejects.not.toThrow(/kill/);
    expect(existsSync(lock)).toBe(true);
  });
  expect(await isHeld(lock)).toBe(false);
});

test("a process that waits for a lock gets it when its holder has ended, and the holder is named once", async () => {
  const holders: string[] = [];
  const order: string[] = [];
  let release = (): void => {};
  const first = withLock(lock, () => new Promise<void>((done) => (release = done)));
  await expect.poll(held).toBe(true);
  const onWait = (holder: string): void => {
    holders.push(holder);
    order.push("waits");
    release();
  };
  await withLock(lock, async () => void order.push("works"), { onWait });
  await first;
  expect(holders).toEqual([`process ${process.pid}`]);
  expect(order).toEqual(["waits", "works"]);
});

test.each<[string, () => Promise<string>]>([
  ["a process that has ended", () => content({ pid: 2 ** 22 - 1, started: "1" })],
  ["a process whose number another program now has", () => content({ started: "1" })],
  ["another version, in another format,", async () => String(process.ppid)],
  ["nobody, since it is empty,", async () => ""],
])("a lock left by %s is taken over", async (_, left) => {
  writeFileSync(lock, await left());
  expect(await isHeld(lock)).toBe(false);
  expect(await withLock(lock, held)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock from before the machine was restarted is taken over", async ({ skip }) => {
  skip(process.platform !== "linux", "on other systems the start of a process is a date");
  writeFileSync(lock, await content({ boot: "another" }));
  expect(await withLock(lock, held)).toBe(true);
});

test("a lock of another machine is refused with an error that names the machine", async () => {
  writeFileSync(lock, await content({ host: `not-${hostname()}` }));
  await expect(withLock(lock, held)).rejects.toThrow(`on the machine not-${hostname()} is already working`);
});

test("the lock of a process that is paused is refused, and stays", async ({ skip }) => {
  skip(process.platform === "win32", "Windows does not pause processes");
  const module = new URL("../dist/lock.js", import.meta.url).href;
  const script = `
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(process.argv[1], () => new Promise((done) => setTimeout(done, 60_000)));
  `;
  const holder = run`${process.execPath} --input-type=module -e ${script} ${lock}`;
  await expect.poll(held, { timeout: 10_000 }).toBe(true);
  const { pid } = JSON.parse(readFileSync(lock, "utf8")) as { pid: number };
  process.kill(pid, "SIGSTOP");
  try {
    expect(await isHeld(lock)).toBe(true);
    await expect(withLock(lock, held)).rejects.toThrow(`process ${pid} is already working on this`);
  } finally {
    process.kill(pid, "SIGKILL");
  }
  await holder;
  expect(await isHeld(lock)).toBe(false);
});

test("of many processes that take over abandoned locks at once, no two hold one together", async () => {
  const processes = 12;
  const inside = join(folder, "inside");
  const log = join(folder, "log");
  const module = new URL("../dist/lock.js", import.meta.url).href;
  // Each ends without releasing the lock, so that each takes it over from a dead one while all others try to.
  const script = `
    const { withLock } = await import(${JSON.stringify(module)});
    const { appendFileSync, existsSync, openSync, rmSync } = await import("node:fs");
    const { setTimeout: sleep } = await import("node:timers/promises");
    const [lock, inside, log, ready, go] = process.argv.slice(1);
    appendFileSync(ready, ".");
    while (!existsSync(go)) await sleep(1);
    const hold = async () => {
      try {
        openSync(inside, "wx");
      } catch {
        appendFileSync(log, "two at once\\n");
        process.exit(1);
      }
      await sleep(5);
      rmSync(inside);
      appendFileSync(log, "alone\\n");
      process.exit(0);
    };
    await withLock(lock, hold, { onWait() {} });
  `;
  writeFileSync(lock, await content({ pid: 2 ** 22 - 1, started: "1" }));
  const [ready, go] = [join(folder, "ready"), join(folder, "go")];
  const all = Array.from(
    { length: processes },
    () => run`${process.execPath} --input-type=module -e ${script} ${lock} ${inside} ${log} ${ready} ${go}`,
  );
  await expect
    .poll(() => existsSync(ready) && readFileSync(ready, "utf8").length, { timeout: 30_000 })
    .toBe(processes);
  writeFileSync(go, "");
  const codes = (await Promise.all(all)).map(({ exitCode }) => exitCode);
  expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(Array(processes).fill("alone"));
  expect(codes).toEqual(Array(processes).fill(0));
});
