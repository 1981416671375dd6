/** Minimisation of a smooth function of many numbers: L-BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5). */

export interface LbfgsOptions {
  /** Steps that the curvature is remembered from. */
  memory: number;
  /** Evaluations of the function at most. */
  evaluations: number;
  /** Largest slope at which the search ends. */
  tolerance: number;
}

/** A function's value and its gradient. */
export interface Slope {
  value: number;
  gradient: Float64Array;
}

/** A step and the change of the gradient over it. */
interface Curvature {
  step: Float64Array;
  change: Float64Array;
  /** 1 / (step · change) */
  inverse: number;
}

/**
 * A minimum of `evaluate`, found from `start`. Steps are halved until the value falls enough (Armijo), and so never rises.
 *
 * @param start not changed
 */
export function lbfgs(
  evaluate: (x: Float64Array) => Slope,
  start: Float64Array,
  { memory, evaluations, tolerance }: LbfgsOptions,
): Float64Array {
  let x = start;
  let here = evaluate(x);
  let left = evaluations - 1;
  const curvatures: Curvature[] = [];
  while (left > 0 && here.gradient.some((slope) => Math.abs(slope) > tolerance)) {
    const direction = descent(here.gradient, curvatures);
    const slope = dot(here.gradient, direction);
    // Without curvature a step of length 1 at most.
    let size = curvatures.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let found: { x: Float64Array; slope: Slope } | undefined;
    while (left > 0 && size > 1e-10) {
      const next = sum(x, direction, size);
      const there = evaluate(next);
      left--;
      if (there.value <= here.value + 1e-4 * size * slope) {
        found = { x: next, slope: there };
        break;
      }
      size /= 2;
    }
    if (!found) return x;
    const step = sum(found.x, x, -1);
    const change = sum(found.slope.gradient, here.gradient, -1);
    const product = dot(step, change);
    if (product > 1e-12) curvatures.push({ step, change, inverse: 1 / product });
    if (curvatures.length > memory) curvatures.shift();
    x = found.x;
    here = found.slope;
  }
  return x;
}

/** Minus the product of the approximate inverse Hessian with the gradient: the two-loop recursion. */
function descent(gradient: Float64Array, curvatures: Curvature[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares = new Array<number>(curvatures.length);
  for (let i = curvatures.length - 1; i >= 0; i--) {
    const { step, change, inverse } = curvatures[i]!;
    shares[i] = inverse * dot(step, direction);
    add(direction, change, -shares[i]!);
  }
  const last = curvatures.at(-1);
  if (last) {
    const scale = 1 / (last.inverse * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [i, { step, change, inverse }] of curvatures.entries()) {
    add(direction, step, shares[i]! - inverse * dot(change, direction));
  }
  return direction;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** a + factor b */
function sum(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(a);
  add(result, b, factor);
  return result;
}

/** a ← a + factor b */
function add(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}
