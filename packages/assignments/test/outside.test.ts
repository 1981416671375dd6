import type { TablePreparation } from "@gumbel/tables";
import { expect, test } from "vitest";
import { FarOutside } from "../src/outside.js";

const people: TablePreparation = {
  kind: "table",
  columns: [
    { kind: "number", name: "height", centre: 170, scale: 10, fill: null },
    { kind: "number", name: "weight", centre: 70, scale: 5, fill: null },
  ],
};
/** Heights of 150 to 190, weights of 60 to 80. */
const range = { least: Float32Array.of(-2, -2), most: Float32Array.of(2, 2) };

test("rows in other units are counted, and the first is named in the user's own", () => {
  const outside = new FarOutside(people, range);
  outside.add(Float32Array.of(0, 1, 1, 5.9));
  outside.add(Float32Array.of(-16.83, 0.4, -16.8, 90));
  expect(outside.note()).toMatch(
    /^2 of 4 rows lie far outside .*: "height" is 1\.7 in row 3, in training 150 to 190; are the units the same\?$/,
  );
});

test("nothing is said of rows somewhat outside", () => {
  const outside = new FarOutside(people, range);
  outside.add(Float32Array.of(5.9, -5.9, 0, 0));
  expect(outside.note()).toBeUndefined();
});
