import { levenbergMarquardt } from "ml-levenberg-marquardt";

/**
 * The a and b of 1 / (1 + a x^(2b)), fitted to the desired closeness of two points at distance x: 1 up to
 * `minimumDistance`, exp(minimumDistance - x) beyond.
 */
export function closeness(minimumDistance: number): { a: number; b: number } {
  const x = Array.from({ length: 300 }, (_, i) => (3 * i) / 299);
  const y = x.map((value) => (value < minimumDistance ? 1 : Math.exp(minimumDistance - value)));
  const { parameterValues } = levenbergMarquardt(
    { x, y },
    ([a, b]) =>
      (value) =>
        1 / (1 + a! * value ** (2 * b!)),
    {
      initialValues: [1, 1],
      damping: 1.5,
      gradientDifference: 1e-4,
      maxIterations: 100,
      errorTolerance: 1e-10,
    },
  );
  return { a: parameterValues[0]!, b: parameterValues[1]! };
}
