/** A text table as records: the fields of a line, or of several if a quoted field has line breaks (RFC 4180). */
import { endlessLine, longestLine } from "./encoding.js";
import { unreadable } from "./problem.js";

export interface TextRecord {
  fields: string[];
  /** The line where it begins, from 1. */
  line: number;
}

/**
 * Splits text into records, block by block. Fields are trimmed; lines without any value are left out.
 *
 * @param separator one character; a space stands for any number of blanks
 * @throws UserError naming the line of a quote that does not end.
 */
export async function* readRecords(
  blocks: AsyncIterable<string>,
  separator: string,
  path: string,
): AsyncGenerator<TextRecord[]> {
  const splitter = new Splitter(separator, path);
  let rest = "";
  for await (const block of blocks) {
    const end = block.lastIndexOf("\n");
    if (end >= 0) yield splitter.split((rest + block.slice(0, end)).split("\n"));
    rest = end >= 0 ? block.slice(end + 1) : rest + block;
    if (rest.length > longestLine) throw endlessLine(path);
  }
  if (rest !== "") yield splitter.split([rest]);
  splitter.finish();
}

/** The records of the start of a file, as `readRecords` would read them; one that the cut leaves open is left out. */
export const recordsOfStart = (text: string, separator: string, path: string): TextRecord[] =>
  new Splitter(separator, path).split(text.split("\n"));

class Splitter {
  readonly #separator: string;
  readonly #path: string;
  /** Lines so far. */
  #line = 0;
  /** A record whose quoted field goes on in the next line. */
  #open: { text: string; line: number } | undefined;

  constructor(separator: string, path: string) {
    this.#separator = separator;
    this.#path = path;
  }

  split(lines: string[]): TextRecord[] {
    const records: TextRecord[] = [];
    for (const raw of lines) {
      this.#line++;
      const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      const fields = this.#open || text.includes('"') ? this.#quoted(text) : this.#plain(text);
      if (!fields) continue;
      const line = this.#open?.line ?? this.#line;
      this.#open = undefined;
      if (fields.some((field) => field !== "")) records.push({ fields, line });
    }
    return records;
  }

  finish(): void {
    if (this.#open) {
      throw unreadable(
        `${this.#path}:${this.#open.line}`,
        "a quoted value does not end",
        'a second quotation mark; one inside of a value is written twice: ""',
      );
    }
  }

  #plain(text: string): string[] {
    if (this.#separator === " ") return text.trim().split(/\s+/);
    const fields = text.split(this.#separator);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      // Blanks are rare: trimming each field would cost more than reading it.
      if (field.charCodeAt(0) <= blank || field.charCodeAt(field.length - 1) <= blank)
        fields[i] = field.trim();
    }
    return fields;
  }

  /** The fields of a line with quotes; undefined if the record goes on in the next one. */
  #quoted(next: string): string[] | undefined {
    const line = this.#open?.line ?? this.#line;
    const text = this.#open ? `${this.#open.text}\n${next}` : next;
    const fields: string[] = [];
    for (let at = 0; ; ) {
      while (text[at] === " ") at++;
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        if (end < 0) {
          this.#open = { text, line };
          if (text.length > longestRecord) this.finish();
          return undefined;
        }
        fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
        at = end + 1;
        while (text[at] === " " && this.#separator !== " ") at++;
        if (at < text.length && text[at] !== this.#separator) {
          throw unreadable(
            `${this.#path}:${line}`,
            `text after the end of the quoted value "${fields.at(-1)!.slice(0, 40)}"`,
            `"${this.#separator}" or the end of the line`,
          );
        }
      } else {
        const end = text.indexOf(this.#separator, at);
        fields.push(text.slice(at, end < 0 ? text.length : end).trim());
        at = end < 0 ? text.length : end;
      }
      if (at >= text.length) return fields;
      at++;
    }
  }
}

const blank = 0x20;
/** Characters of a record: a quote that nothing ends must not make one of the whole file. */
const longestRecord = 1 << 20;

/** Position of the quote that ends a value; -1 if none does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
