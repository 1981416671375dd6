/** Numbers as people write them in text files: decimal ones alone, within the range that training computes with. */

/** The largest finite 32-bit number. */
export const largestFloat32 = 3.4028234663852886e38;

const marks = new Set(["", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "?"]);

/** Whether a cell says that its value is missing: blank, NA, N/A, #N/A, NaN, nan, null, NULL or a question mark. */
export const isMissing = (text: string): boolean => text.length < 5 && marks.has(text);

/**
 * The value of a decimal number such as `-4`, `.5` or `1e-25`; NaN if the text is anything else, as `0x10` or `Infinity`.
 * ±Infinity if it is too large for a double.
 */
export function parseDecimal(text: string): number {
  const value = Number(text);
  // Number() also reads 0x10, 0b1, 0o7, blanks and "Infinity".
  if (text.charCodeAt(0) === zero && text.charCodeAt(1) > nine) {
    const second = text.charCodeAt(1) | lowerCase;
    return second === letterE ? value : Number.NaN;
  }
  if (value === 0 && text.trim() === "") return Number.NaN;
  return Math.abs(value) === Number.POSITIVE_INFINITY && text.includes("I") ? Number.NaN : value;
}

const [zero, nine, letterE, lowerCase] = [0x30, 0x39, 0x65, 0x20];
