/** Components that several sections use. */
import type { Problem } from "@gumbel/config";
import type { ComponentChildren } from "preact";
import { Entry } from "./entry.js";
import { type Plot, toInline } from "./plots/render.js";
import type { Sheet } from "./sprites.js";

/** A plot in the page, with its description as the text alternative. */
export function Figure({ plot, children }: { plot: Plot; children?: ComponentChildren }) {
  return (
    <figure class="plot">
      <div dangerouslySetInnerHTML={{ __html: toInline(plot) }} />
      {children && <figcaption>{children}</figcaption>}
    </figure>
  );
}

/** A sheet of pictures, enlarged without smoothing. */
export function Pictures({ sheet, alt, scale }: { sheet: Sheet; alt: string; scale: number }) {
  const source = `data:image/png;base64,${Buffer.from(sheet.png).toString("base64")}`;
  const kind = sheet.grey ? "pictures grey" : "pictures";
  return (
    <img class={kind} src={source} alt={alt} width={sheet.width * scale} height={sheet.height * scale} />
  );
}

/** Replaces a section that failed. */
export function Failure({ problem }: { problem: { [Part in keyof Problem]: Problem[Part] | undefined } }) {
  const { what, where, expected, hint } = problem;
  return (
    <div class="note-box bad" role="note">
      <p>
        <strong>This part is missing: {what}.</strong>
      </p>
      <dl>
        {where && <Entry term="where">{where}</Entry>}
        {expected && <Entry term="expected">{expected}</Entry>}
        {hint && <Entry term="to do">{hint}</Entry>}
      </dl>
    </div>
  );
}

/** Data for a script, as JSON escaped so that no text in it can close the element. */
export function Json({ id, value }: { id: string; value: unknown }) {
  const text = JSON.stringify(value).replace(/</g, "\\u003c");
  return <script id={id} type="application/json" dangerouslySetInnerHTML={{ __html: text }} />;
}
