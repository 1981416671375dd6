import { expect, test } from "vitest";
import { commandOf } from "../src/command.js";

test("the command that runs a run again has its profile and what was set for it", () => {
  const run = { pipeline: "moons", profile: "quick" };
  expect(commandOf("report", run)).toBe("pnpm turbo run report --filter=@pipelines/moons");
  expect(commandOf("report", { ...run, set: null })).toBe("pnpm turbo run report --filter=@pipelines/moons");
  expect(commandOf("evaluate", { ...run, profile: "full", set: "train.epochs=5 model.wG=6" })).toBe(
    "GUMBEL_PROFILE=full GUMBEL_SET='train.epochs=5 model.wG=6' pnpm turbo run evaluate --filter=@pipelines/moons",
  );
  const quoted = commandOf("report", { ...run, set: `report.title="It's"` });
  expect(quoted.startsWith(String.raw`GUMBEL_SET='report.title="It'\''s"' pnpm`)).toBe(true);
});
