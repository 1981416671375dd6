import { useEffect, useState } from "preact/hooks";

/** Time without a move after which the pictures of all clusters are computed. */
export const restMilliseconds = 60;

/**
 * The last value that stayed the same for that time, for slow computations that cannot follow every move. With 0 the value
 * itself.
 */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (milliseconds === 0) return;
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return milliseconds === 0 ? value : settled;
}
