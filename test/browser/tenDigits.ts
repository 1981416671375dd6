/** Ten digits as a hand draws them: strokes on a pad of side 1, x to the right, y down. */

/** At least one point. */
type Stroke = [x: number, y: number][];

/** Points on an arc of an ellipse. @param from, to angles in turns, 0 to the right, 0.25 down */
const arc = (
  [cx, cy]: [number, number],
  [rx, ry]: [number, number],
  from: number,
  to: number,
  steps = 24,
): Stroke =>
  Array.from({ length: steps + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / steps);
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });

export const tenDigits: Record<string, Stroke[]> = {
  "0": [arc([0.5, 0.5], [0.2, 0.3], -0.25, 0.78)],
  "1": [
    [
      [0.5, 0.18],
      [0.5, 0.82],
    ],
  ],
  "2": [[...arc([0.49, 0.35], [0.18, 0.16], -0.45, 0.08), [0.45, 0.65], [0.31, 0.8], [0.72, 0.8]]],
  "3": [[...arc([0.47, 0.34], [0.18, 0.15], -0.42, 0.22), ...arc([0.47, 0.65], [0.2, 0.17], -0.22, 0.42)]],
  "4": [
    [
      [0.36, 0.2],
      [0.3, 0.52],
      [0.7, 0.52],
    ],
    [
      [0.64, 0.22],
      [0.6, 0.84],
    ],
  ],
  "5": [[[0.68, 0.2], [0.38, 0.2], [0.36, 0.46], ...arc([0.47, 0.63], [0.2, 0.17], -0.3, 0.42)]],
  "6": [[[0.6, 0.17], [0.44, 0.36], ...arc([0.5, 0.64], [0.17, 0.17], -0.45, 0.6)]],
  "7": [
    [
      [0.3, 0.22],
      [0.7, 0.22],
      [0.46, 0.82],
    ],
  ],
  "8": [[...arc([0.5, 0.34], [0.15, 0.14], 0.25, -0.75), ...arc([0.5, 0.65], [0.18, 0.17], -0.25, 0.75)]],
  "9": [[...arc([0.5, 0.36], [0.16, 0.16], 0, -1), [0.65, 0.5], [0.58, 0.84]]],
};
