import { expect, test } from "vitest";
import { environment } from "../src/index.js";

test("variables that are blank or not set have their defaults", () => {
  expect(environment({ GUMBEL_ENGINE: "", HOME: "/root" })).toEqual({
    checkpointSeconds: 30,
    profile: "quick",
  });
});

test("variables are parsed", () => {
  const env = {
    GUMBEL_CHECKPOINT_SECONDS: "0.5",
    GUMBEL_PROFILE: "full",
    GUMBEL_SEEDS: "0, 2",
    GUMBEL_DATA: "/d",
  };
  expect(environment(env)).toEqual({ checkpointSeconds: 0.5, profile: "full", seeds: "0, 2", data: "/d" });
});

test.each([
  { name: "GUMBEL_CHECKPOINT_SECONDS", value: "abc", says: "expected seconds, as 30 or 0.5" },
  { name: "GUMBEL_CHECKPOINT_SECONDS", value: "-1", says: "expected seconds" },
  { name: "GUMBEL_CHECKPOINT_SECONDS", value: "0x10", says: "expected seconds" },
  { name: "GUMBEL_PROFILE", value: "fast", says: 'expected one of quick, full, not "fast"' },
  { name: "GUMBEL_ENGINE", value: "constructor", says: "expected one of native, cuda, wasm, cpu" },
  { name: "GUMBEL_SEEDS", value: "0;1", says: "expected seeds, as 0 or 0,2" },
])("$name=$value is an error", ({ name, value, says }) => {
  expect(() => environment({ [name]: value })).toThrow(`${name}: ${says}`);
  expect(() => environment({ [name]: value })).toThrow("environment variables");
});
