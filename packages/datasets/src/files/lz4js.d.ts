declare module "lz4js" {
  /**
   * Decompresses a block of LZ4 into `to` from index `at` on.
   *
   * @returns the index at which the block's content ends; beyond the end of `to` if that does not hold it.
   */
  export function decompressBlock(
    block: Uint8Array,
    to: Uint8Array,
    start: number,
    length: number,
    at: number,
  ): number;
}
