/** Protobuf messages of a GraphDef: google-protobuf classes that tfjs-node includes for reading SavedModels. */

export interface Message {
  serializeBinary(): Uint8Array;
}

/** The classes and methods that this package uses. */
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

/** Sets the classes. The loader of tfjs-node calls it, so that nothing here needs Node. */
export function provideMessages(messages: Messages): void {
  loaded = messages;
}

/** The classes; only on the native engine. */
export const graphMessages = (): Messages => loaded!;
