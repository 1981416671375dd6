import { cacheFolder } from "@gumbel/workspace";
import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder as ofBootstrap } from "../bootstrap/common.mjs";

afterEach(() => vi.unstubAllEnvs());

test.each(["", "/cache"])(
  "the bootstrap, which imports nothing, has the same cache folder if XDG_CACHE_HOME is '%s'",
  (folder) => {
    vi.stubEnv("XDG_CACHE_HOME", folder);
    expect(ofBootstrap()).toBe(cacheFolder());
  },
);
