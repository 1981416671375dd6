/** How a text table is written, guessed from its first lines: what separates values, the decimal sign, whether there is a header. */
import { isMissing, parseDecimal } from "@gumbel/tables";

/** A number with a decimal comma as it is with a point; other text as it is. */
export const withPoint = (text: string): string =>
  /^[+-]?\d*,\d+([eE][+-]?\d+)?$/.test(text) ? text.replace(",", ".") : text;

const isNumber = (text: string): boolean => !Number.isNaN(parseDecimal(text));

/** Separators that are tried, those first that rarely stand inside of a value. */
const candidates = ["\t", ";", "|", ",", " "];

/**
 * The separator that splits every line into the same number of fields, at least two; a comma if none does.
 *
 * @param given the fields of the first lines with a separator
 */
export function guessSeparator(given: (separator: string) => string[][]): string {
  // With a wrong separator, quotes stand in the middle of a value.
  const split = (separator: string): string[][] => {
    try {
      return given(separator);
    } catch {
      return [];
    }
  };
  const consistent = candidates.find((separator) => {
    const lines = split(separator);
    const width = lines[0]?.length ?? 0;
    return width > 1 && lines.every((fields) => fields.length === width);
  });
  if (consistent) return consistent;
  // A line may be cut short: the reader says where. Then the separator that splits the first line.
  return candidates.slice(0, 4).find((separator) => (split(separator)[0]?.length ?? 0) > 1) ?? ",";
}

/** A comma if more numbers are written with one than with a point. */
export function guessDecimal(rows: string[][], separator: string): "." | "," {
  if (separator === ",") return ".";
  let commas = 0;
  for (const cell of rows.flat()) {
    if (withPoint(cell) !== cell) commas++;
    else if (/^[+-]?\d*\.\d+([eE][+-]?\d+)?$/.test(cell)) commas--;
  }
  return commas > 0 ? "," : ".";
}

/**
 * Whether the first row has names: in a column of numbers it has text, or it counts the columns, as pandas does for want of
 * names. If no column has numbers, the first row has names.
 *
 * @param rows the first rows, numbers with a point
 */
export function guessHeader(rows: string[][]): boolean {
  const [first, ...others] = rows;
  if (first && first.length > 2 && [0, 1].some((start) => first.every((cell, j) => cell === `${start + j}`)))
    return true;
  if (!first || others.length === 0) return first !== undefined && !first.every(isNumber);
  const numeric = first.flatMap((_, j) => {
    const cells = others.map((row) => row[j] ?? "").filter((cell) => !isMissing(cell));
    return cells.length > 0 && cells.filter(isNumber).length > cells.length / 2 ? [j] : [];
  });
  return numeric.length === 0 || numeric.some((j) => !isMissing(first[j]!) && !isNumber(first[j]!));
}
