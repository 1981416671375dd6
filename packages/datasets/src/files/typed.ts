/** Values of typed formats as columns of numbers or text. */
import type { RawColumn } from "@gumbel/tables";

/** Values of one column as a reader gives them, as raw numbers or text. */
export function rawColumn(values: ArrayLike<unknown>, type: "number" | "text"): RawColumn {
  if (type === "text") return Array.from(values, textOfValue);
  if (values instanceof Float64Array) return values;
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    numbers[i] = value === null || value === undefined ? Number.NaN : Number(value);
  }
  return numbers;
}

function textOfValue(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  return value instanceof Date ? value.toISOString() : String(value);
}
