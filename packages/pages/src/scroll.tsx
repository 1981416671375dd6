import type { ComponentChildren } from "preact";

/** Something wider than a phone, which scrolls by itself; by the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable without a mouse
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
