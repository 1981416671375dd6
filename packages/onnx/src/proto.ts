/** The part of ONNX's file format that a model of tensors needs, from onnx.proto of IR version 9. */
import protobuf from "protobufjs";

const { root } = protobuf.parse(
  `
syntax = "proto3";
package onnx;
message AttributeProto {
  string name = 1; int32 type = 20; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5;
}
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message TensorShapeProto {
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  oneof value { Tensor tensor_type = 1; }
}
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message StringStringEntryProto { string key = 1; string value = 2; }
message ModelProto {
  int64 ir_version = 1; repeated OperatorSetIdProto opset_import = 8; string producer_name = 2; string doc_string = 6;
  GraphProto graph = 7; repeated StringStringEntryProto metadata_props = 14;
}
`,
  { keepCase: true },
);
const Model = root.lookupType("onnx.ModelProto");

/** Codes of TensorProto.DataType. */
export const dataTypes = { float: 1, int64: 7, bool: 9, double: 11 } as const;
export type DataType = keyof typeof dataTypes;

/** The version of the operators that are written, of 2022: every runtime of the last years has it. */
export const opset = 18;
const irVersion = 9;

export interface Attribute {
  name: string;
  /** FLOAT, INT, STRING or INTS. */
  type: 1 | 2 | 3 | 7;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}
export interface Node {
  input: string[];
  output: string[];
  op_type: string;
  attribute: Attribute[];
}
export interface Initializer {
  dims: number[];
  data_type: number;
  name: string;
  raw_data: Uint8Array;
}
/** A tensor that goes in or out; the first dimension is the batch's. */
export interface TensorInfo {
  name: string;
  type: DataType;
  /** Sizes after the batch. */
  shape: number[];
  description: string;
}

/** The bytes of a model. @param metadata for programs that read it, by key */
export function encodeModel(
  graph: { nodes: Node[]; initializers: Initializer[]; inputs: TensorInfo[]; outputs: TensorInfo[] },
  name: string,
  metadata: Record<string, string>,
): Uint8Array {
  const info = (tensor: TensorInfo) => ({
    name: tensor.name,
    doc_string: tensor.description,
    type: {
      tensor_type: {
        elem_type: dataTypes[tensor.type],
        shape: { dim: [{ dim_param: "batch" }, ...tensor.shape.map((size) => ({ dim_value: size }))] },
      },
    },
  });
  return Model.encode({
    ir_version: irVersion,
    opset_import: [{ domain: "", version: opset }],
    producer_name: "gumbel",
    graph: {
      name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: graph.inputs.map(info),
      output: graph.outputs.map(info),
    },
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  }).finish();
}
