/** Serializes a recorded step as TensorFlow's GraphDef. */
import type { Attribute, Binding } from "../core/native.js";
import { type AttrValue, graphMessages, type Message } from "./messages.js";
import type { Constant, Feed, Node, Reference } from "./trace.js";

/** Version of the operations' definitions: TensorFlow 2.8 and later. */
const producer = 1087;

/** Operations that tfjs-node runs without a type attribute: a single kernel takes the type from its first input. */
const untyped = new Set(["ExpandDims"]);

/**
 * @param nodes in the order in which they ran
 * @param feeds inputs of the function, in order
 * @returns the graph, with nodes `f0 …` for the feeds, `c0 …` for the constants and `n0 …` for the operations
 */
export function graphDef(nodes: Node[], feeds: Feed[], constants: Constant[], binding: Binding): Uint8Array {
  const messages = graphMessages();
  const values = attributeValues(messages, binding);
  const graph = new messages.GraphDef();
  const versions = new messages.VersionDef();
  versions.setProducer(producer);
  graph.setVersions(versions);
  const add = (name: string, op: string, inputs: string[], attributes: [string, AttrValue][]): void => {
    const node = graph.addNode();
    node.setName(name);
    node.setOp(op);
    node.setInputList(inputs);
    for (const [key, value] of attributes) node.getAttrMap().set(key, value);
  };

  for (const [slot, { shape, dtype }] of feeds.entries()) {
    const attributes: [string, AttrValue][] = [["dtype", values.type(dtype)]];
    if (dtype !== binding.TF_RESOURCE) attributes.push(["shape", values.shape(shape)]);
    add(`f${slot}`, "Placeholder", [], attributes);
  }
  for (const [i, constant] of constants.entries()) {
    add(
      `c${i}`,
      "Const",
      [],
      [
        ["dtype", values.type(constant.dtype)],
        ["value", values.constant(constant)],
      ],
    );
  }
  const typeOfTensor = ({ kind, index, output }: Reference): number =>
    (kind === "node" ? nodes[index]!.outputs[output]! : (kind === "feed" ? feeds : constants)[index]!).dtype;
  const after = order(nodes, feeds, binding);
  for (const [i, { op, attributes, inputs }] of nodes.entries()) {
    const names = [...inputs.map(nameOf), ...after[i]!.map((node) => `^n${node}`)];
    const encoded = attributes.map((attribute): [string, AttrValue] => [
      attribute.name,
      values.attribute(attribute),
    ]);
    if (untyped.has(op)) encoded.push(["T", values.type(typeOfTensor(inputs[0]!))]);
    add(`n${i}`, op, names, encoded);
  }
  return graph.serializeBinary();
}

/** Makes the values of the nodes' attributes. */
function attributeValues(messages: ReturnType<typeof graphMessages>, binding: Binding) {
  const valueWith = (set: (value: AttrValue) => void): AttrValue => {
    const value = new messages.AttrValue();
    set(value);
    return value;
  };
  const shapeOf = (shape: readonly number[]): Message => {
    const message = new messages.TensorShape();
    for (const size of shape) message.addDim().setSize(size);
    return message;
  };
  return {
    type: (dtype: number): AttrValue => valueWith((value) => value.setType(dtype)),
    shape: (shape: readonly number[]): AttrValue => valueWith((value) => value.setShape(shapeOf(shape))),

    constant: ({ shape, dtype, values }: Constant): AttrValue => {
      const tensor = new messages.Tensor();
      tensor.setDtype(dtype);
      tensor.setTensorShape(shapeOf(shape));
      const bytes = dtype === binding.TF_BOOL ? Uint8Array.from(values) : Int32Array.from(values);
      tensor.setTensorContent(new Uint8Array(bytes.buffer));
      return valueWith((value) => value.setTensor(tensor));
    },

    attribute: ({ name, type, value }: Attribute): AttrValue =>
      valueWith((message) => {
        const list = new messages.AttrValue.ListValue();
        switch (type) {
          case binding.TF_ATTR_TYPE:
            return message.setType(value as number);
          case binding.TF_ATTR_SHAPE:
            return message.setShape(shapeOf(value as number[]));
          case binding.TF_ATTR_STRING:
            return message.setS(new TextEncoder().encode(value as string));
          case binding.TF_ATTR_INT:
            if (!Array.isArray(value)) return message.setI(value as number);
            list.setIList(value as number[]);
            return message.setList(list);
          case binding.TF_ATTR_FLOAT:
            if (!Array.isArray(value)) return message.setF(value as number);
            list.setFList(value as number[]);
            return message.setList(list);
          case binding.TF_ATTR_BOOL:
            if (!Array.isArray(value)) return message.setB(value as boolean);
            list.setBList(value as boolean[]);
            return message.setList(list);
          default:
            throw new Error(`attribute ${name} has type ${type}, which a recorded step cannot hold`);
        }
      }),
  };
}

/** The name in the graph of the tensor that a reference points to. */
export const nameOf = ({ kind, index, output }: Reference): string =>
  ({ feed: `f${index}`, constant: `c${index}`, node: `n${index}:${output}` })[kind];

/**
 * For each node, the nodes that must run before it, beyond those whose outputs it takes: a variable is written after every
 * use of its previous value, so that the write happens in place, and read after the earlier writes.
 */
function order(nodes: Node[], feeds: Feed[], binding: Binding): number[][] {
  const users = nodes.map((): number[] => []);
  for (const [i, { inputs }] of nodes.entries()) {
    for (const { kind, index } of inputs) if (kind === "node") users[index]!.push(i);
  }
  const writes = new Map<number, number>();
  const reads = new Map<number, number[]>();
  return nodes.map(({ inputs, outputs }, i) => {
    const before = new Set<number>();
    for (const { kind, index: slot } of inputs) {
      if (kind !== "feed" || feeds[slot]!.dtype !== binding.TF_RESOURCE) continue;
      const write = writes.get(slot);
      if (write !== undefined) before.add(write);
      if (outputs.length > 0) {
        reads.set(slot, [...(reads.get(slot) ?? []), i]);
        continue;
      }
      for (const read of reads.get(slot) ?? []) {
        before.add(read);
        for (const user of users[read]!) if (user < i) before.add(user);
      }
      writes.set(slot, i);
      reads.delete(slot);
    }
    before.delete(i);
    return [...before];
  });
}
