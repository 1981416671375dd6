/** The file formats of RCV1-v2 (Lewis et al. 2004): stemmed tokens per document, and topic assignments. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "@gumbel/config";
import { damaged } from "./verify.js";

/** The largest token file has 170 MB. */
const [mostBytes, longestLine] = [2e9, 16e6];

async function* lines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const source: Readable = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  raw.on("error", (error) => source.destroy(error));
  // The loop below reports errors; a later one must not end the process.
  source.on("error", () => {});
  let rest = "";
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes || rest.length > longestLine)
        throw damaged(
          file,
          bytes > mostBytes ? "the file is too large for RCV1-v2" : "a line does not end",
          `at most ${mostBytes} bytes in lines of at most ${longestLine}`,
        );
      const [first, ...others] = chunk.toString("latin1").split("\n");
      rest += first;
      for (const line of others) {
        yield rest;
        rest = line;
      }
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = (error as Error).message;
    throw damaged(file, `not a complete file: ${reason}`, "text, or text compressed by gzip");
  } finally {
    raw.destroy();
  }
  if (rest !== "") yield rest;
}

/** The number of a document, which has digits alone; undefined for any other text. */
const documentNumber = (text: string): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/**
 * Reads the documents of a token file: `.I <id>`, `.W`, then lines of stemmed tokens, an empty line between documents.
 *
 * @throws UserError naming the invalid line.
 */
export async function* readTokens(file: string): AsyncGenerator<{ id: number; tokens: string[] }> {
  let document: { id: number; tokens: string[] } | undefined;
  let inText = false;
  let number = 0;
  for await (const line of lines(file)) {
    number++;
    if (line.startsWith(".I ")) {
      if (document) yield document;
      const id = documentNumber(line.slice(3).trim());
      if (id === undefined)
        throw damaged(`${file}:${number}`, `"${line}" is not the start of a document`, ".I <number>");
      document = { id, tokens: [] };
      inText = false;
    } else if (line.trimEnd() === ".W" && document) {
      inText = true;
    } else if (line.trim() !== "") {
      if (!document || !inText)
        throw damaged(
          `${file}:${number}`,
          `text outside of a document: "${line.slice(0, 40)}"`,
          ".I <number>, then .W",
        );
      for (const token of line.trim().split(/\s+/)) document.tokens.push(token);
    }
  }
  if (!document) throw damaged(file, "the file has no document", ".I <number>, .W, tokens");
  if (!inText) throw damaged(file, `the last document, ${document.id}, is cut short`, ".W and its tokens");
  yield document;
}

/**
 * Reads the topics of each document: lines `<topic> <document> 1`.
 *
 * @param wanted topics to return; others are ignored
 * @throws UserError naming the invalid line.
 */
export async function readTopics(file: string, wanted: ReadonlySet<string>): Promise<Map<number, string[]>> {
  const topics = new Map<number, string[]>();
  let number = 0;
  for await (const line of lines(file)) {
    number++;
    if (line.trim() === "") continue;
    const [topic, id, relevance] = line.trim().split(/\s+/);
    const document = documentNumber(id ?? "");
    if (relevance !== "1" || document === undefined)
      throw damaged(
        `${file}:${number}`,
        `"${line.slice(0, 60)}" is not a topic assignment`,
        "<topic> <document> 1",
      );
    if (!wanted.has(topic!)) continue;
    const list = topics.get(document);
    if (list) list.push(topic!);
    else topics.set(document, [topic!]);
  }
  if (number === 0) throw damaged(file, "the file is empty", "<topic> <document> 1");
  return topics;
}
