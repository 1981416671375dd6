declare module "lz4js" {
  /** Decompresses a frame of LZ4. @throws Error if it is damaged. */
  export function decompress(frame: Uint8Array): Uint8Array;
}
