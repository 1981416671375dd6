/** Text formats with a row of numbers per example: ESL (label, then all values) and libsvm (label, then index:value). */
import { parseDecimal } from "@gumbel/tables";
import { damaged } from "./verify.js";

/** Labels and values of all rows. */
export interface Rows {
  labels: Int32Array;
  /** n × width, as they are written. */
  values: Float64Array;
}

/**
 * Parses the ESL format: `6.0000 -1.0000 …`, one row per example.
 *
 * @throws UserError naming the invalid line.
 */
export function parseDenseRows(text: string, width: number, file: string): Rows {
  return parse(text, width, file, (fields, row, line) => {
    if (fields.length !== width + 1)
      throw damaged(
        `${file}:${line}`,
        "a row has the wrong number of values",
        `${width + 1}, found ${fields.length}`,
      );
    for (let j = 0; j < width; j++) row[j] = number(fields[j + 1]!, file, line);
  });
}

/**
 * Parses the libsvm format: `7 1:-1 2:0.5 …`, indices from 1, missing values are 0.
 *
 * @throws UserError naming the invalid line.
 */
export function parseSparseRows(text: string, width: number, file: string): Rows {
  return parse(text, width, file, (fields, row, line) => {
    for (const field of fields.slice(1)) {
      const [index, value] = field.split(":");
      const j = number(index!, file, line) - 1;
      if (value === undefined || !(j >= 0 && j < width))
        throw damaged(
          `${file}:${line}`,
          `"${field}" is not a value of a row`,
          `index:value with index 1 to ${width}`,
        );
      row[j] = number(value, file, line);
    }
  });
}

function parse(
  text: string,
  width: number,
  file: string,
  fill: (fields: string[], row: Float64Array, line: number) => void,
): Rows {
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw damaged(file, "the file is empty", "a row per example");
  const labels = new Int32Array(lines.length);
  const values = new Float64Array(lines.length * width);
  lines.forEach((line, i) => {
    const fields = line.split(/\s+/);
    const label = number(fields[0]!, file, i + 1);
    labels[i] = label;
    if (labels[i] !== label)
      throw damaged(`${file}:${i + 1}`, `"${fields[0]}" is not a label`, "a whole number");
    fill(fields, values.subarray(i * width, (i + 1) * width), i + 1);
  });
  return { labels, values };
}

function number(text: string, file: string, line: number): number {
  const value = parseDecimal(text);
  if (!Number.isFinite(value))
    throw damaged(`${file}:${line}`, `"${text}" is not a decimal number`, "a decimal number");
  return value;
}
