/** TensorFlow.js' kernels in ONNX's operators. A new one is one line. */
import type { Graph } from "./graph.js";

/** A kernel's call, with its inputs' names in the graph. */
export interface Call {
  graph: Graph;
  /** The names of the inputs, in the kernel's order. */
  inputs: string[];
  inputShapes: number[][];
  attributes: Record<string, unknown>;
  /** Shape of each output; -1 where the batch is. */
  shapes: number[][];
}

type Operator = (call: Call) => string[];

/** The same operator under ONNX's name, with as many inputs. */
const same =
  (operator: string): Operator =>
  ({ graph, inputs }) => [graph.add(operator, inputs)];

/** Composed of elementwise operators. */
const composed =
  (compose: (graph: Graph, ...inputs: string[]) => string): Operator =>
  ({ graph, inputs }) => [compose(graph, ...inputs)];

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value : [value]) as number[];

/** A reduction over the attribute `axis`; over everything if it is absent. */
const reduction =
  (operator: string): Operator =>
  ({ graph, inputs, attributes: { axis, keepDims } }) => {
    const axes = axis === undefined || axis === null ? [] : [graph.integers(numbers(axis))];
    return [graph.add(operator, [inputs[0]!, ...axes], { keepdims: keepDims ? 1 : 0 })];
  };

const index =
  (operator: string): Operator =>
  ({ graph, inputs, attributes: { axis } }) => [
    graph.add(operator, [inputs[0]!], { axis: axis as number, keepdims: 0 }),
  ];

const reshaped: Operator = ({ graph, inputs, shapes }) => [
  graph.add("Reshape", [inputs[0]!, graph.integers(shapes[0]!)]),
];

const transposed = (graph: Graph, input: string, perm: number[]): string =>
  graph.add("Transpose", [input], { perm });

const product: Operator = ({ graph, inputs, inputShapes, attributes: { transposeA, transposeB } }) => {
  const turned = (i: number, turn: unknown): string => {
    const rank = inputShapes[i]!.length;
    const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
    return turn ? transposed(graph, inputs[i]!, perm) : inputs[i]!;
  };
  return [graph.add("MatMul", [turned(0, transposeA), turned(1, transposeB)])];
};

const pairOf = (value: unknown): number[] => (Array.isArray(value) ? value : [value, value]) as number[];

/** A convolution or a pool: images have their channels last here and first in ONNX. */
const ofImages =
  (operator: string, window: (attributes: Record<string, unknown>) => Record<string, number[]>): Operator =>
  ({ graph, inputs: [image, filter], attributes }) => {
    const { pad, strides, dilations = 1 } = attributes;
    const turned = [
      transposed(graph, image!, [0, 3, 1, 2]),
      ...(filter === undefined ? [] : [transposed(graph, filter, [3, 2, 0, 1])]),
    ];
    const result = graph.add(operator, turned, {
      ...window(attributes),
      strides: pairOf(strides),
      dilations: pairOf(dilations),
      ...(typeof pad === "number" ? { pads: [pad, pad, pad, pad] } : { auto_pad: paddings[pad as string]! }),
    });
    return [transposed(graph, result, [0, 2, 3, 1])];
  };
const paddings: Record<string, string> = { same: "SAME_UPPER", valid: "VALID" };

const concatenated: Operator = ({ graph, inputs, attributes: { axis } }) => [
  graph.add("Concat", inputs, { axis: axis as number }),
];

/** Each kernel that an encoder may call. */
export const operators: Record<string, Operator> = {
  Abs: same("Abs"),
  Add: same("Add"),
  AddN: same("Sum"),
  ArgMax: index("ArgMax"),
  ArgMin: index("ArgMin"),
  Atanh: same("Atanh"),
  BatchMatMul: product,
  Concat: concatenated,
  Cos: same("Cos"),
  Exp: same("Exp"),
  ExpandDims: reshaped,
  Expm1: composed((graph, x) => graph.add("Sub", [graph.add("Exp", [x]), graph.scalar(1)])),
  Log: same("Log"),
  Log1p: composed((graph, x) => graph.add("Log", [graph.add("Add", [x, graph.scalar(1)])])),
  Max: reduction("ReduceMax"),
  Maximum: same("Max"),
  Mean: reduction("ReduceMean"),
  Min: reduction("ReduceMin"),
  Minimum: same("Min"),
  Multiply: same("Mul"),
  Neg: same("Neg"),
  RealDiv: same("Div"),
  Relu: same("Relu"),
  Reshape: reshaped,
  Rsqrt: composed((graph, x) => graph.add("Reciprocal", [graph.add("Sqrt", [x])])),
  Sigmoid: same("Sigmoid"),
  Softplus: same("Softplus"),
  Sqrt: same("Sqrt"),
  Square: composed((graph, x) => graph.add("Mul", [x, x])),
  SquaredDifference: composed((graph, a, b) => {
    const difference = graph.add("Sub", [a!, b!]);
    return graph.add("Mul", [difference, difference]);
  }),
  Sub: same("Sub"),
  Sum: reduction("ReduceSum"),
  Tanh: same("Tanh"),

  Cast({ graph, inputs, attributes: { dtype } }) {
    const types: Record<string, number> = { float32: 1, int32: 7, bool: 9 };
    return [graph.add("Cast", inputs, { to: types[dtype as string]! })];
  },
  ClipByValue: ({ graph, inputs, attributes: { clipValueMin, clipValueMax } }) => [
    graph.add("Clip", [
      inputs[0]!,
      graph.scalar(clipValueMin as number),
      graph.scalar(clipValueMax as number),
    ]),
  ],
  GatherV2({ graph, inputs, attributes: { axis, batchDims } }) {
    if (batchDims) throw new Error("GatherV2 with batch dimensions");
    return [graph.add("Gather", inputs, { axis: axis as number })];
  },
  LeakyRelu: ({ graph, inputs, attributes: { alpha } }) => [
    graph.add("LeakyRelu", inputs, { alpha: alpha as number }),
  ],
  Pack({ graph, inputs, attributes: { axis }, shapes: [shape] }) {
    const one = shape!.map((size, i) => (i === axis ? 1 : size));
    const widened = inputs.map((input) => graph.add("Reshape", [input, graph.integers(one)]));
    return [graph.add("Concat", widened, { axis: axis as number })];
  },
  PadV2({ graph, inputs, attributes: { paddings, constantValue } }) {
    const sides = paddings as [number, number][];
    const widths = [0, 1].flatMap((side) => sides.map((pair) => pair[side]!));
    return [graph.add("Pad", [inputs[0]!, graph.integers(widths), graph.scalar(constantValue as number)])];
  },
  Slice({ graph, inputs, inputShapes: [whole], attributes: { begin }, shapes: [shape] }) {
    const starts = numbers(begin);
    // To the end of a dimension as a large number, so that any batch is taken whole.
    const ends = starts.map((start, i) =>
      shape![i]! < 0 || start + shape![i]! === whole![i] ? 2 ** 31 : start + shape![i]!,
    );
    return [graph.add("Slice", [inputs[0]!, graph.integers(starts), graph.integers(ends)])];
  },
  Softmax: ({ graph, inputs }) => [graph.add("Softmax", inputs, { axis: -1 })],
  TopK: ({ graph, inputs, attributes: { k } }) =>
    graph.addMany("TopK", [inputs[0]!, graph.integers([k as number])], { axis: -1 }, 2),
  Transpose: ({ graph, inputs, attributes: { perm } }) => [transposed(graph, inputs[0]!, numbers(perm))],

  Conv2D: ofImages("Conv", () => ({})),
  MaxPool: ofImages("MaxPool", ({ filterSize }) => ({ kernel_shape: pairOf(filterSize) })),
};
