/** What the page is given of a trained run: playground/data.js, one script, since a page from disk may not fetch. */
import type { NamedArray } from "@gumbel/engine";
import { checksum } from "./checksum.js";
import type { DrawingStyle } from "./drawing.js";
import { type ArrayHeader, pack, unpack } from "./packing.js";

/** Everything but the numbers, which stand beside it in base64. */
export interface PlaygroundInfo {
  model: {
    /** Its name in the models' registry. */
    name: string;
    /** Checked by the system's own schema, defaults filled in. */
    options: Record<string, unknown>;
    /** What the model was told of the data when it was built. */
    data: {
      shape: number[];
      d: number;
      range: "unit" | "real";
      classes: number;
      examples: number;
      labelled: number;
    };
    /** The part of its encoding in which neighbours are sought. */
    latent: "feature" | "z";
  };
  /** By number. */
  clusters: {
    /** `cluster 3 → 7`. */
    name: string;
    /** The class it was matched to, or its number. */
    short: string;
    /** Its most typical example, as a place on the sheet; null for an empty cluster. */
    picture: number | null;
  }[];
  /** Cluster numbers in the order to show them in. */
  order: number[];
  /** The examples in which neighbours are sought: the first places of the sheet. */
  neighbours: {
    /** Whose they are, in words: `2,000 of 70,000 examples, at random`. */
    source: string;
    /** Name of each one's class; null where it is unknown. */
    labels: (string | null)[];
  };
  /** Pictures in rows of `columns`, `gap` pixels apart, as a data URL. */
  sheet: { png: string; columns: number; gap: number };
  /** How the data's own drawings are; null where a drawing would be of another kind. */
  drawing: DrawingStyle | null;
  /** How much of the change each direction makes, strongest first; empty where there is no noise to move. */
  shares: number[];
}

/** The arrays of a playground, by name. */
export interface PlaygroundArrays {
  /** The model's parameters. */
  parameters: ReadonlyMap<string, NamedArray>;
  /** Latents of the neighbours, [neighbours, F]. */
  latents: NamedArray;
  /** Unit vectors of the noise, [directions, noise]; undefined where there is none to move. */
  directions: NamedArray | undefined;
}

/** playground/data.js as it is assigned. */
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
 * What data.js has set, checked.
 *
 * @throws Error where it is not as it was written.
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
