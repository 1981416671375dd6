/**
 * The first two values that differ in case or blanks alone, which often are one value, written in two ways; in words, undefined if
 * there are none.
 */
export function alikeIn(values: Iterable<string>): string | undefined {
  const seen = new Map<string, string>();
  for (const value of values) {
    const plain = value.trim().replace(/\s+/g, " ").toLowerCase();
    const before = seen.get(plain);
    if (before !== undefined)
      return `"${before}" and "${value}" differ in case or blanks alone, and are two values`;
    seen.set(plain, value);
  }
  return undefined;
}
