import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder } from "../src/cacheFolder.js";

afterEach(() => vi.unstubAllEnvs());

test("the cache folder is in XDG_CACHE_HOME", () => {
  vi.stubEnv("XDG_CACHE_HOME", "/cache");
  expect(cacheFolder()).toBe("/cache/gumbel");
});
