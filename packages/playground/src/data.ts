/** playground/data.js: the model and data of a run for the page. It is a script, since a page from disk may not fetch. */
import type { NamedArray } from "@gumbel/engine";
import type { DataDescription } from "@gumbel/models";
import { checksum } from "./checksum.js";
import type { DrawingStyle } from "./drawing.js";
import { type ArrayHeader, pack, unpack } from "./packing.js";

/** Everything but the arrays, which are in base64. */
export interface PlaygroundInfo {
  model: {
    /** Its name in the models' registry. */
    name: string;
    /** Parsed by the system's own schema, with defaults. */
    options: Record<string, unknown>;
    /** The description of the data for which the model was built. */
    data: DataDescription;
    /** The part of its encoding in which neighbours are searched. */
    latent: "feature" | "z";
  };
  /** By cluster number. */
  clusters: {
    /** What is in it: `7, 98 %`. */
    name: string;
    /** Its most frequent class, or its number. */
    short: string;
    /** Position of its most typical example on the sheet; null for an empty cluster. */
    picture: number | null;
  }[];
  /** Cluster numbers in the order to show them in. */
  order: number[];
  /** The examples among which neighbours are searched: the first positions of the sheet. */
  neighbours: {
    /** Their description: `2,000 of 70,000 examples, at random`. */
    source: string;
    /** Name of the class of each; null if it is unknown. */
    labels: (string | null)[];
  };
  /** Pictures in rows of `columns`, `gap` pixels apart, as a data URL. */
  sheet: { png: string; columns: number; gap: number };
  /** Style of the data's drawings; null if the data are no drawings. */
  drawing: DrawingStyle | null;
  /** Share of each direction in the change of the pictures, largest first; empty if the generator has no noise. */
  shares: number[];
}

/** The arrays of a playground, by name. */
export interface PlaygroundArrays {
  /** The model's parameters. */
  parameters: ReadonlyMap<string, NamedArray>;
  /** Latents of the neighbours, [neighbours, F]. */
  latents: NamedArray;
  /** Unit vectors of the noise, [directions, noise]; undefined if the generator has no noise. */
  directions: NamedArray | undefined;
}

/** The object that playground/data.js assigns. */
export interface PlaygroundData {
  info: PlaygroundInfo;
  arrays: ArrayHeader[];
  /** base64 of the arrays' bytes. */
  bytes: string;
  /** CRC-32 of the arrays' bytes. */
  checksum: number;
}

/** Name of the global that data.js sets. */
const dataGlobal = "gumbelPlaygroundData";

const parameterPrefix = "parameter/";

/** The text of data.js. */
export function dataScript(
  info: PlaygroundInfo,
  { parameters, latents, directions }: PlaygroundArrays,
): string {
  const { headers, bytes } = pack(
    new Map([
      ...[...parameters].map(([name, array]) => [parameterPrefix + name, array] as const),
      ["latents", latents],
      ...(directions ? [["directions", directions] as const] : []),
    ]),
  );
  const data: PlaygroundData = {
    info,
    arrays: headers,
    bytes: Buffer.from(bytes).toString("base64"),
    checksum: checksum(bytes),
  };
  return `globalThis.${dataGlobal} = ${JSON.stringify(data)};\n`;
}

/**
 * Reads the object that data.js has set, and checks it.
 *
 * @throws Error if it is missing or damaged.
 */
export function readData(scope: object): { info: PlaygroundInfo; arrays: PlaygroundArrays } {
  const data = (scope as Record<string, PlaygroundData | undefined>)[dataGlobal];
  if (!data) throw new Error("playground/data.js is damaged");
  const text = atob(data.bytes);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (checksum(bytes) !== data.checksum)
    throw new Error("playground/data.js is damaged: its checksum differs");
  const arrays = unpack(data.arrays, bytes);
  const parameters = [...arrays].flatMap(([name, array]) =>
    name.startsWith(parameterPrefix) ? [[name.slice(parameterPrefix.length), array] as const] : [],
  );
  return {
    info: data.info,
    arrays: {
      parameters: new Map(parameters),
      latents: arrays.get("latents")!,
      directions: arrays.get("directions"),
    },
  };
}
