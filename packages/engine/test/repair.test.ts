/** An addon that does not load is another matter than one that is damaged: all checkouts of the user share its files. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { provisionNative } from "../src/provision/index.js";

vi.mock("../src/provision/probe.js", () => ({
  probeNative: async () => ({ state: "broken", reason: "cannot allocate memory" }),
}));
const cache = mkdtempSync(join(tmpdir(), "gumbel-repair-"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

test("npm start, under a limit of memory, leaves the shared addon as it is and says what to do", async () => {
  vi.stubEnv("XDG_CACHE_HOME", cache);
  const shared = join(cache, "gumbel", "tfjs-node", "4.22.0-of-this-user");
  mkdirSync(shared, { recursive: true });
  const { state, failures } = await provisionNative(() => {});
  expect(state).toBe("broken");
  expect(failures[0]).toMatchObject({
    reason: expect.stringContaining("cannot allocate memory"),
    hint: expect.stringContaining("pnpm gumbel doctor --fix"),
  });
  expect(existsSync(shared)).toBe(true);
});
