/** Small whole inputs for every reader, to be damaged. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as tiny from "@gumbel/datasets/testing";
import { encodeSafetensors } from "@gumbel/engine";
import {
  describeFiles,
  ExamplesWriter,
  OriginalWriter,
  writeManifest,
  writeSnapshots,
  writeTable,
} from "@gumbel/tables";

export interface Input {
  reader: string;
  /** Its files by name; one of `damaged` is damaged at a time. */
  files: Record<string, Buffer>;
  damaged: string[];
  /** Its content has a digest or a checksum, so that it is read as it was or not at all. */
  checked: boolean;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const named = (reader: string, files: Record<string, Buffer>, content: unknown): Input => ({
  reader,
  files: { ...files, "contents.json": json(content) },
  damaged: Object.keys(files),
  checked: true,
});

/** A reader of one path. */
const single = (reader: string, name: string, bytes: Buffer, checked = false): Input => ({
  reader,
  files: { [name]: bytes, "path.txt": Buffer.from(`FOLDER/${name}`) },
  damaged: [name],
  checked,
});

/** The inputs, of which some are files of a fixture and others are written here. */
export async function corpus(): Promise<Input[]> {
  const folder = mkdtempSync(join(tmpdir(), "gumbel-corpus-"));
  try {
    return [...namedSets(folder), ...ownFiles(), ...(await stageFiles(folder))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function namedSets(folder: string): Input[] {
  const mnist = tiny.tinyMnist();
  const contents = [mnist.train, mnist.test].map(({ n, sha256 }) => ({ n, sha256 }));
  const usps = tiny.tinyUsps();
  const svhn = tiny.tinySvhn();
  const reuters = tiny.tinyReuters21578(folder);
  const rcv1 = tiny.tinyRcv1();
  return [
    named("mnist", mnist.files, contents),
    named("usps", usps.files, { content: usps.content }),
    named("svhn", svhn.files, svhn.content),
    named("reuters-21578", reuters.files, reuters.content),
    // Its collection is known by its size alone.
    { ...named("reuters-10k", rcv1.files, rcv1.content), checked: false },
  ];
}

const fixtures = resolve(import.meta.dirname, "../../packages/datasets/test/fixtures/own");

function ownFiles(): Input[] {
  const fixture = (name: string): Buffer => readFileSync(join(fixtures, name));
  const typed = /\.(parquet|feather|npy|npz|mat)$/;
  const rows = 'x,y,kind\n1,0.5,a\n2,-3,b\n3,,a\n4,2e3,"b, c"\n';
  const lines = '{"x":1,"kind":"a"}\n{"x":2.5,"y":true}\n{"x":null,"kind":"b"}\n{"x":4,"y":false}\n';
  const image = tiny.idx([2, 2, 3], Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  const info = {
    ...{
      name: "file",
      title: "a",
      kind: "points",
      shape: [2],
      scale: 1,
      offset: 0,
      range: "real",
      classes: [],
    },
    ...{ source: "a", columns: { label: null, ignored: [], doubts: [] } },
    preparation: {
      kind: "table",
      columns: ["x", "y"].map((name) => ({
        kind: "number",
        name,
        centre: 0,
        scale: 1,
        range: [0, 9],
        fill: 0,
      })),
    },
  };
  const folder = (reader: string, files: Record<string, Buffer>): Input => ({
    reader,
    files: {
      ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`data/${name}`, bytes])),
      "path.txt": Buffer.from("FOLDER/data"),
    },
    damaged: Object.keys(files).map((name) => `data/${name}`),
    checked: false,
  });
  return [
    ...readdirSync(fixtures)
      .filter((name) => typed.test(name))
      // These have checksums.
      .map((name) => single("own", name, fixture(name), name.endsWith(".npz") || name === "packed.mat")),
    single("own", "plain.csv", Buffer.from(rows)),
    single("labelled", "labelled.csv", Buffer.from(rows)),
    single("labelled", "utf16.csv", Buffer.from(`\uFEFF${rows}`, "utf16le")),
    single("own", "rows.csv.gz", tiny.gzip(rows)),
    single("labelled", "rows.jsonl", Buffer.from(lines)),
    single("labelled", "rows.json", Buffer.from(`[${lines.trim().split("\n").join(",")}]`)),
    single("own", "a-images-idx3-ubyte", image),
    single("own", "a-images-idx3-ubyte.gz", tiny.gzip(image)),
    folder("own", {
      "a/1.png": fixture("grey.png"),
      "b/2.png": fixture("palette.png"),
      "b/3.png": fixture("deep.png"),
    }),
    folder("own", { "a/1.jpg": fixture("colour.jpg") }),
    folder("own", { "a/1.txt": Buffer.from("Käse, Käse!"), "b/2.txt": Buffer.from("Ball of wool") }),
    {
      ...single("newRows", "new.csv", Buffer.from("y,x\n1,2\n3,4\n")),
      files: {
        ...single("newRows", "new.csv", Buffer.from("y,x\n1,2\n3,4\n")).files,
        "contents.json": json(info),
      },
    },
  ];
}

/** Files that stages hand each other. */
async function stageFiles(folder: string): Promise<Input[]> {
  const at = (name: string): string => join(folder, name);
  const read = (name: string): Buffer => readFileSync(at(name));
  const int = (...values: number[]) => ({ values: Int32Array.from(values), width: 1 });
  writeTable(at("table.arrow"), {
    row: int(0, 0, 1, 1),
    column: int(0, 1, 0, 1),
    values: { values: Float32Array.from({ length: 16 }, (_, i) => i), width: 4 },
  });
  const writer = new ExamplesWriter(at("data.arrow"), {
    ...{ name: "moons", title: "Moons", kind: "points", shape: [2], scale: 1, offset: 0, range: "real" },
    ...{ classes: ["a", "b"], source: "drawn" },
  });
  writer.write({
    features: Float32Array.of(1, 2, 3, 4),
    labels: Int32Array.of(0, 1),
    split: Uint8Array.of(0, 0),
    index: Uint32Array.of(0, 1),
  });
  writer.close();
  const original = new OriginalWriter(at("original.arrow"), ["x", "kind"]);
  original.write([Float64Array.of(1, Number.NaN), ["a", null]]);
  original.close();
  const latent = { values: Float32Array.of(1, 2), width: 1 };
  const moment = { cluster: Int32Array.of(0, 1), latent, probabilities: null, pseudoLabel: null };
  writeSnapshots(at("snapshots.arrow"), {
    unit: "epoch",
    index: Uint32Array.of(0, 1),
    label: Int32Array.of(0, 1),
    moments: [1, 2].map((epoch) => ({ at: epoch, ...moment })),
  });
  const digest = "0".repeat(64);
  await writeManifest(folder, {
    ...{
      stage: "train",
      pipeline: "moons",
      config: digest,
      seed: 0,
      reads: [],
      versions: { engine: "wasm" },
    },
    files: await describeFiles(folder, ["table.arrow"]),
  });
  const weights = encodeSafetensors(new Map([["w", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]));
  return [
    single("table", "table.arrow", read("table.arrow")),
    single("grid", "grid.arrow", read("table.arrow")),
    single("examples", "data.arrow", read("data.arrow")),
    single("original", "original.arrow", read("original.arrow")),
    single("snapshots", "snapshots.arrow", read("snapshots.arrow")),
    single("json", "a.json", read("manifest.json")),
    {
      reader: "manifest",
      files: { "manifest.json": read("manifest.json"), "table.arrow": read("table.arrow") },
      damaged: ["manifest.json", "table.arrow"],
      checked: false,
    },
    single("safetensors", "weights.safetensors", Buffer.from(weights)),
  ];
}
