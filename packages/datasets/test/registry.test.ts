import { expect, test } from "vitest";
import { datasetNames, loadDataset } from "../src/index.js";

test("the registry has every data set", () => {
  expect([...datasetNames].sort()).toEqual([
    "circles",
    "file",
    "glyphs",
    "mnist",
    "moons",
    "reuters-10k",
    "reuters-21578",
    "svhn",
    "usps",
  ]);
});

test.each([
  { name: "mnits", nearest: '"mnist"' },
  { name: "USPS", nearest: '"usps"' },
  { name: "reuters-10", nearest: '"reuters-10k"' },
])('"$name" is unknown, and the error suggests $nearest', async ({ name, nearest }) => {
  await expect(loadDataset(name)).rejects.toThrow(`is ${nearest} meant?`);
});

test.each(["imagenet", "constructor"])(
  '"%s" is unknown, and the error lists the data sets without a suggestion',
  async (name) => {
    await expect(loadDataset(name)).rejects.toThrow(
      /there is no data set named "\w+"\n[\s\S]*one of mnist, usps/,
    );
  },
);

test.each(datasetNames.filter((name) => name !== "file"))(
  "%s needs no option, and rejects an unknown one",
  async (name) => {
    const { optionsSchema, title } = await loadDataset(name);
    expect(title).not.toBe("");
    expect(optionsSchema.safeParse({}).success).toBe(true);
    expect(optionsSchema.safeParse({ colour: "red" }).success).toBe(false);
  },
);
