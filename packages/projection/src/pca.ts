/** Principal components. */
import type { RandomStream } from "@gumbel/random";
import { PCA } from "ml-pca";

/** Points of more dimensions are first projected by subspace iteration to a few more than are asked for. */
const directDimensions = 100;
const spareDimensions = 10;
const subspaceIterations = 6;

/** The first principal components of some points. */
export interface Components {
  /** n × count scores, largest variance first. */
  scores: number[][];
  /** Share of the whole variance in the first two components, in [0, 1]. */
  varianceOfTwo: number;
  /** The first two scores of other points on the same components. */
  project(points: Float64Array[]): number[][];
}

/**
 * Scores on the first principal components. The largest loading of each component is positive, so that equal points give
 * equal plots.
 *
 * @param points n rows of d numbers; if they are all the same, every score is 0
 * @param count largest number of components
 * @param random for the start of the subspace iteration
 */
export function principalComponents(points: Float64Array[], count: number, random: RandomStream): Components {
  const mean = meanOf(points);
  const centred = points.map((row) => row.map((value, j) => value - mean[j]!));
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  if (total === 0) {
    // Points that are all the same lie in one place.
    const nowhere = (rows: Float64Array[]): number[][] => rows.map(() => [0, 0]);
    return { scores: nowhere(points), varianceOfTwo: 1, project: nowhere };
  }
  const d = mean.length;
  const basis = d > directDimensions ? leadingSubspace(centred, count + spareDimensions, random) : undefined;
  const reduce = (row: Float64Array): number[] =>
    basis ? basis.map((direction) => dot(row, direction)) : Array.from(row);
  const reduced = centred.map(reduce);

  const kept = Math.min(count, reduced[0]!.length, points.length - 1);
  // Of the covariances: a decomposition of all the points takes many times as long.
  const directions = new PCA(scatterOf(reduced), { isCovarianceMatrix: true })
    .getLoadings()
    .to2DArray()
    .slice(0, kept)
    .map((loading) => {
      const sign = Math.sign(loading.reduce(larger, 0)) || 1;
      return loading.map((value) => sign * value);
    });
  const score = (row: ArrayLike<number>, components = kept): number[] =>
    directions.slice(0, components).map((direction) => dot(row, direction));
  const scores = reduced.map((row) => score(row));
  const two = scores.reduce((sum, [x = 0, y = 0]) => sum + x * x + y * y, 0);
  return {
    scores,
    varianceOfTwo: total > 0 ? two / total : 1,
    project: (others) => others.map((row) => score(reduce(row.map((value, j) => value - mean[j]!)), 2)),
  };
}

const larger = (most: number, value: number): number => (Math.abs(value) > Math.abs(most) ? value : most);

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function meanOf(points: Float64Array[]): Float64Array {
  const mean = new Float64Array(points[0]!.length);
  for (const row of points) for (let j = 0; j < mean.length; j++) mean[j]! += row[j]! / points.length;
  return mean;
}

/**
 * Orthonormal directions that approximately span the leading principal components, accurately enough for a plot: power
 * iteration of XᵀX from a random start (Halko, Martinsson, Tropp 2011).
 */
function leadingSubspace(centred: Float64Array[], dimensions: number, random: RandomStream): Float64Array[] {
  const d = centred[0]!.length;
  const applied = centred.length > d ? byScatter(centred) : byRows(centred, d);
  let basis: Float64Array[] = Array.from({ length: Math.min(dimensions, centred.length - 1) }, () =>
    Float64Array.from(random.fill("normal", d)),
  );
  for (let i = 0; i < subspaceIterations; i++) {
    basis = orthonormal(basis.map(applied));
  }
  return basis;
}

/** XᵀX times a direction, row by row of X: nothing of d × d numbers is made. */
function byRows(centred: Float64Array[], d: number): (direction: Float64Array) => Float64Array {
  return (direction) => {
    const image = new Float64Array(d);
    for (const row of centred) {
      const score = dot(row, direction);
      for (let j = 0; j < d; j++) image[j]! += score * row[j]!;
    }
    return image;
  };
}

/** XᵀX times a direction, with the matrix made once: less work if there are more rows than columns. */
function byScatter(centred: Float64Array[]): (direction: Float64Array) => Float64Array {
  const scatter = scatterOf(centred);
  return (direction) => Float64Array.from(scatter, (row) => dot(row, direction));
}

/** XᵀX, d rows of d numbers. */
function scatterOf(rows: ArrayLike<number>[]): number[][] {
  const d = rows[0]!.length;
  const scatter = Array.from({ length: d }, () => new Float64Array(d));
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const value = row[i]!;
      const into = scatter[i]!;
      for (let j = i; j < d; j++) into[j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) scatter[i]![j] = scatter[j]![i]!;
  return scatter.map((row) => Array.from(row));
}

/** Gram-Schmidt; linearly dependent directions are dropped. */
function orthonormal(directions: Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const direction of directions) {
    const before = Math.sqrt(dot(direction, direction));
    for (const other of basis) {
      const along = dot(direction, other);
      for (let j = 0; j < direction.length; j++) direction[j]! -= along * other[j]!;
    }
    const norm = Math.sqrt(dot(direction, direction));
    if (norm > 1e-9 * before) basis.push(direction.map((value) => value / norm));
  }
  return basis;
}
