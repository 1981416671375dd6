/** Numbers of points, columns, and centroids or components that do and do not fill the groups in which the addon takes them. */
export const sizes: [n: number, d: number, k: number][] = [
  [1, 1, 1],
  [7, 3, 2],
  [64, 8, 16],
  [1001, 10, 17],
  [9001, 2, 5],
  [50, 785, 40],
];
