/** The data as models see it. */

/** The properties of the data that a model may depend on before it sees any. */
export interface DataDescription {
  /** [height, width, channels] of an image, [d] of anything else. */
  shape: number[];
  /** Values in one example: the product of `shape`. */
  d: number;
  /** The range of the inputs: [0, 1], or any real number. */
  range: "unit" | "real";
  /** Number of classes; 0 if the data has none. */
  classes: number;
  /** Number of clusters that was found in the data; null unless the model's option `clusters` is "auto". */
  foundClusters: number | null;
  /** Examples that training sees. */
  examples: number;
  /** Examples among them whose label training may use; 0 in unsupervised training. */
  labelled: number;
}

/** The training examples, in the model's input scale. */
export interface TrainingData {
  n: number;
  d: number;
  /** Class of each row whose label training may use, -1 elsewhere; absent in unsupervised training. */
  labels?: Int32Array;
  /** The given rows, one after another: rows.length × d. */
  rows(rows: Uint32Array): Float32Array;
  /** Every row: n × d. Not to be written to: it may be the examples themselves. */
  all(): Float32Array;
}
