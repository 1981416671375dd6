/** How long a quick run on so many rows is: about 3,000 steps, at least 5 epochs, at most 200. */
const [steps, fewestEpochs, mostEpochs] = [3000, 5, 200];
const smallestBatch = 16;

/**
 * Epochs of a quick run, and a smaller batch if the data is so small that the system's own would hardly take a step per epoch.
 *
 * @param batchSize the system's own
 * @returns `batchSize` is undefined if the system's own will do
 */
export function scheduleFor(rows: number, batchSize: number): { epochs: number; batchSize?: number } {
  // The largest power of two with which `mostEpochs` are enough steps.
  const small = Math.max(smallestBatch, 2 ** Math.floor(Math.log2((rows * mostEpochs) / steps)));
  const batch = Math.min(batchSize, small);
  const epochs = Math.round(steps / Math.ceil(rows / batch));
  return {
    epochs: Math.min(mostEpochs, Math.max(fewestEpochs, epochs)),
    ...(batch < batchSize && { batchSize: batch }),
  };
}
