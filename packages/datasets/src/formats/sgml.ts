/** The SGML of Reuters-21578: one <REUTERS> element per story. Its README: David D. Lewis, version 1.0, 1997. */
import { damaged } from "./verify.js";

/** One news story. */
export interface Story {
  /** LEWISSPLIT attribute: TRAIN, TEST or NOT-USED. */
  lewisSplit: string;
  topics: string[];
  /** Title and body. */
  text: string;
}

/**
 * Parses the stories of one reut2-NNN.sgm file.
 *
 * @throws UserError if a story is incomplete.
 */
export function* parseStories(text: string, file: string): Generator<Story> {
  if (!text.startsWith("<!DOCTYPE lewis"))
    throw damaged(file, "not a file of Reuters-21578", 'a first line "<!DOCTYPE lewis …"');
  let at = text.indexOf("<REUTERS");
  if (at < 0) throw damaged(file, "the file has no story", "<REUTERS …> elements");
  while (at >= 0) {
    const end = text.indexOf("</REUTERS>", at);
    if (end < 0) throw damaged(file, `the story at character ${at} has no end`, "</REUTERS>");
    yield parseStory(text.slice(at, end), `${file}, character ${at}`);
    at = text.indexOf("<REUTERS", end);
  }
}

function parseStory(story: string, where: string): Story {
  const attribute = (name: string): string => {
    const found = new RegExp(`^<REUTERS[^>]*\\b${name}="([^"]*)"`).exec(story);
    if (!found) throw damaged(where, `a story without ${name}`, `${name}="…"`);
    return found[1]!;
  };
  const inner = (tag: string): string =>
    new RegExp(`<${tag}(?: [^>]*)?>([\\s\\S]*?)</${tag}>`).exec(story)?.[1] ?? "";
  return {
    lewisSplit: attribute("LEWISSPLIT"),
    topics: [...inner("TOPICS").matchAll(/<D>(.*?)<\/D>/g)].map((match) => match[1]!),
    // A story of type UNPROC has neither title nor body, only text.
    text: decode(`${inner("TITLE")} ${inner("BODY") || (inner("TITLE") ? "" : inner("TEXT"))}`),
  };
}

const decode = (text: string): string =>
  text
    .replace(/&#\d+;/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
