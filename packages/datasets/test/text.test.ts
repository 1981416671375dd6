import { expect, test } from "vitest";
import { parseStories } from "../src/formats/sgml.js";
import { countTerms, tfidfRow, Vocabulary } from "../src/text/tfidf.js";

test("rows are scikit-learn's sublinear, l2-normalised tf-idf times the square root of the dimension", () => {
  const documents = [
    ["oil", "oil", "price"],
    ["gold", "price"],
  ].map(countTerms);
  const vocabulary = new Vocabulary();
  for (const document of documents) vocabulary.add(document);
  const terms = vocabulary.top(10);
  expect(terms).toEqual(["gold", "oil", "price"]);
  const column = new Map(terms.map((term, j) => [term, j]));
  const idf = Float64Array.from(terms, (term) => vocabulary.inverseFrequency(term));
  // TfidfTransformer(norm="l2", sublinear_tf=True).fit_transform([[0, 2, 1], [1, 0, 1]]) * sqrt(3)
  const expected = [
    [0, 1.5967897115739442, 0.6710161078629928],
    [1.4112792842563895, 0, 1.004136834215722],
  ];
  for (const [i, document] of documents.entries()) {
    expect([...tfidfRow(document, column, idf)]).toEqual([...Float32Array.from(expected[i]!)]);
  }
});

test("a document without any of the terms is a row of zeros", () => {
  expect([...tfidfRow(countTerms(["rare"]), new Map([["oil", 0]]), Float64Array.of(1))]).toEqual([0]);
});

test("a story's title and body are decoded; a story without these elements is its whole text", () => {
  const text = `<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TEST" NEWID="5"><TOPICS><D>oil</D><D>gas</D></TOPICS>
<TEXT>&#2;<TITLE>A&amp;B</TITLE><DATELINE> ROME</DATELINE><BODY>1 &lt; 2&#3;</BODY></TEXT></REUTERS>
<REUTERS TOPICS="NO" LEWISSPLIT="TRAIN" NEWID="6"><TOPICS></TOPICS><TEXT TYPE="UNPROC">plain words</TEXT></REUTERS>
`;
  expect([...parseStories(text, "x.sgm")]).toEqual([
    { lewisSplit: "TEST", topics: ["oil", "gas"], text: "A&B 1 < 2 " },
    { lewisSplit: "TRAIN", topics: [], text: " plain words" },
  ]);
});

test.each([
  { fault: "another beginning", text: "<html>", says: "not a file of Reuters-21578" },
  { fault: "no story", text: "<!DOCTYPE lewis>", says: "no story" },
  { fault: "a story that is cut short", text: '<!DOCTYPE lewis>\n<REUTERS NEWID="1">', says: "has no end" },
  {
    fault: "a story without its split",
    text: '<!DOCTYPE lewis>\n<REUTERS NEWID="1"></REUTERS>',
    says: "without LEWISSPLIT",
  },
])("a file with $fault is rejected", ({ text, says }) => {
  expect(() => [...parseStories(text, "x.sgm")]).toThrow(says);
});
