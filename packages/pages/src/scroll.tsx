import type { ComponentChildren } from "preact";

/** A region that scrolls sideways if it is wider than the screen, by the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable without a mouse
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
