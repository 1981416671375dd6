/** Values of typed formats as columns of numbers or text. */
import type { RawColumn } from "@gumbel/tables";

/**
 * Values of one column as a reader gives them, as raw numbers or text.
 *
 * @param onRounded called if a whole number is none that a double can hold
 */
export function rawColumn(
  values: ArrayLike<unknown>,
  type: "number" | "text",
  onRounded: () => void,
): RawColumn {
  if (type === "text") return Array.from(values, textOfValue);
  if (values instanceof Float64Array) return values;
  if (values instanceof Float32Array || values instanceof Int32Array) return new Float64Array(values);
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    numbers[i] = value === null || value === undefined ? Number.NaN : Number(value);
    if (typeof value === "bigint" && BigInt(numbers[i]!) !== value) onRounded();
  }
  return numbers;
}

function textOfValue(value: unknown): string | null {
  if (value === null || value === undefined || value === "" || Number.isNaN(value)) return null;
  return value instanceof Date ? value.toISOString() : String(value);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text. @throws Error if they are not UTF-8, so that no two different texts become the same. */
export function strictText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Error("a text is not UTF-8");
  }
}
