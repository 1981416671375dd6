import { useEffect, useState } from "preact/hooks";

/** A picture per cluster follows once the hand rests. */
export const restMilliseconds = 60;

/**
 * The value once it has stayed the same for that long; what is slow to compute follows it, not every move. With 0 the
 * value itself.
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
