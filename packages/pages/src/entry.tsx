import type { ComponentChildren } from "preact";

/** A term and its value inside a `<dl>`. */
export function Entry({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
