/**
 * A process that reads one damaged input after another, so that the test can end it when one does not end. For each message
 * { reader, folder } it answers { outcome, text, peakBytes }: `text` is a digest of what was read, or the error.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const built = (path) => import(new URL(`../../packages/${path}.js`, import.meta.url).href);
const { openMnist } = await built("datasets/dist/mnist");
const { openUsps } = await built("datasets/dist/usps");
const { openSvhn } = await built("datasets/dist/svhn");
const { openReuters10k } = await built("datasets/dist/reuters10k");
const { openReuters21578 } = await built("datasets/dist/reuters21578");
const { file } = await built("datasets/dist/file");
const { openNewRows } = await built("datasets/dist/index");
const tables = await built("tables/dist/index");
const { readGrid } = await built("results/dist/index");
const { decodeSafetensors } = await built("engine/dist/safetensors");
const { peakMemory, readJson } = await built("workspace/dist/index");

/** The user's data at a path, with options that take what can be taken. */
async function own(path, options = {}) {
  const parsed = file.optionsSchema.parse({ path, missing: "drop", ...options });
  return file.open(parsed, { seed: 0, folder: "/", log: () => {} });
}

const contents = (folder) => JSON.parse(readFileSync(join(folder, "contents.json"), "utf8"));

/** What each reader makes of a folder of files, as values that can be compared. */
const readers = {
  async mnist(folder) {
    const at = (name) => join(folder, name);
    const paths = ["train", "t10k"].map((part) => ({
      images: at(`${part}-images.gz`),
      labels: at(`${part}-labels.gz`),
    }));
    return examples(openMnist(paths, contents(folder)));
  },
  async usps(folder) {
    const { content } = contents(folder);
    return examples(openUsps([join(folder, "zip.gz"), join(folder, "usps.bz2")], [content, content]));
  },
  async svhn(folder) {
    return examples(
      await openSvhn([join(folder, "train.mat"), join(folder, "test.mat")], [contents(folder)]),
    );
  },
  async "reuters-21578"(folder) {
    return examples(await openReuters21578(join(folder, "tiny.tar.gz"), { terms: 20 }, contents(folder)));
  },
  async "reuters-10k"(folder) {
    const tokens = [0, 1, 2, 3, 4].map((i) => join(folder, `tokens-${i}.gz`));
    const paths = { topics: join(folder, "topics.gz"), tokens };
    return examples(await openReuters10k(paths, { documents: 5, terms: 6 }, 0, contents(folder)));
  },
  own: async (folder) => examples(await own(dataIn(folder))),
  labelled: async (folder) => examples(await own(dataIn(folder), { label: "kind" })),
  async newRows(folder) {
    const info = contents(folder);
    const rows = [];
    for await (const { input } of await openNewRows(dataIn(folder), {}, info, () => {})) rows.push(...input);
    return rows;
  },
  table: async (folder) => tables.readTable(dataIn(folder)),
  examples: async (folder) => tables.readExamples(dataIn(folder)),
  original: async (folder) => tables.readOriginal(dataIn(folder)),
  snapshots: async (folder) => tables.readSnapshots(dataIn(folder)),
  grid: async (folder) => readGrid(dataIn(folder), 4, "a grid"),
  json: async (folder) => readJson(dataIn(folder)),
  async manifest(folder) {
    const artifacts = await tables.Artifacts.open(folder);
    for (const name of artifacts.names) await artifacts.path(name);
    return artifacts.manifest;
  },
  // Its callers add the name of the file.
  safetensors: async (folder) => decodeSafetensors(readFileSync(dataIn(folder))).arrays,
};

/** The one path of a folder that is data. */
function dataIn(folder) {
  return readFileSync(join(folder, "path.txt"), "utf8").replace("FOLDER", folder);
}

async function examples(opened) {
  const all = [opened.info.classes, opened.sizes];
  for await (const { features, labels, split, index } of opened.batches())
    all.push(features, labels, split, index);
  return all;
}

function digestOf(value) {
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify(value, (_, inner) =>
      inner instanceof Map
        ? [...inner]
        : ArrayBuffer.isView(inner)
          ? `${inner.constructor.name}${[...inner]}`
          : typeof inner === "bigint"
            ? `${inner}n`
            : inner,
    ) ?? "",
  );
  return hash.digest("hex");
}

process.on("message", async ({ reader, folder }) => {
  const answer = async () => {
    try {
      return { outcome: "read", text: digestOf(await readers[reader](folder)) };
    } catch (error) {
      const isOurs =
        error?.name === "UserError" ||
        (reader === "safetensors" &&
          error instanceof Error &&
          /^(cut short|not safetensors)/.test(error.message));
      return {
        outcome: isOurs ? "refused" : "crashed",
        text: isOurs ? error.message : `${error?.stack ?? error}`,
      };
    }
  };
  process.send({ ...(await answer()), peakBytes: await peakMemory() });
});
// A parent that is gone has no more inputs.
process.on("disconnect", () => process.exit());
process.send({ outcome: "ready" });
