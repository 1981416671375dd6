import type { ComponentChildren } from "preact";

/** A region that scrolls sideways if it is wider than the screen, by the keyboard too. */
export function Scroll({
  label,
  kind,
  children,
}: {
  label: string;
  /** A CSS class of its own. */
  kind?: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    // biome-ignore lint/a11y/useSemanticElements: a section would be a landmark, with the name of the section around it
    <div class={kind ? `scroll ${kind}` : "scroll"} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
