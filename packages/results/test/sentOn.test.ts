import { homedir } from "node:os";
import { expect, test } from "vitest";
import { settingsSentOn, textSentOn } from "../src/index.js";

test("settings keep of a path that leads out of the project the name of the file", () => {
  const path = `${homedir()}/secret/sensors.csv`;
  expect(settingsSentOn({ dataset: { name: "file", path }, model: { hidden: [1], name: "a/b" } })).toEqual({
    dataset: { name: "file", path: "sensors.csv" },
    model: { hidden: [1], name: "a/b" },
  });
  expect(settingsSentOn({ path: "../../../secret/sensors.csv" })).toEqual({ path: "sensors.csv" });
});

test("texts keep paths inside of the project, and of others the name of the file", () => {
  const text =
    'options.path: "/mnt/secret/a.csv" → "../../secret/b.csv", changed: /srv/mine/out/x.arrow; train/seed-0/m.jsonl, https://a.org/b/c';
  expect(textSentOn(text, "/srv/mine")).toBe(
    'options.path: "a.csv" → "b.csv", changed: out/x.arrow; train/seed-0/m.jsonl, https://a.org/b/c',
  );
});
