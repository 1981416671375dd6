/** The messages that graphs are made of: google-protobuf classes that tfjs-node brings for reading SavedModels. */

export interface Message {
  serializeBinary(): Uint8Array;
}

/** What is used of them. */
export interface Messages {
  GraphDef: new () => Message & { addNode(): NodeDef; setVersions(versions: Message): void };
  VersionDef: new () => Message & { setProducer(version: number): void };
  AttrValue: (new () => AttrValue) & { ListValue: new () => ListValue };
  TensorShape: (new () => Message & { addDim(): { setSize(size: number): void } }) & object;
  Tensor: new () => Message & {
    setDtype(dtype: number): void;
    setTensorShape(shape: Message): void;
    setTensorContent(bytes: Uint8Array): void;
  };
}

export interface NodeDef {
  setName(name: string): void;
  setOp(op: string): void;
  setInputList(inputs: string[]): void;
  getAttrMap(): { set(name: string, value: AttrValue): void };
}

export interface AttrValue extends Message {
  setS(value: Uint8Array): void;
  setI(value: number): void;
  setF(value: number): void;
  setB(value: boolean): void;
  setType(value: number): void;
  setShape(value: Message): void;
  setTensor(value: Message): void;
  setList(value: ListValue): void;
}

export interface ListValue extends Message {
  setIList(values: number[]): void;
  setFList(values: number[]): void;
  setBList(values: boolean[]): void;
}

let loaded: Messages | undefined;

/** Hands over the classes: whoever loads tfjs-node does, so that nothing here needs Node. */
export function provideMessages(messages: Messages): void {
  loaded = messages;
}

/** Only where native. */
export const graphMessages = (): Messages => loaded!;
