import { Fragment } from "preact";
import type { Common } from "../entries/entry.js";

/** The studies of a pipeline; one whose page is not written yet says the command that writes it. */
export function StudyLinks({ studies }: Pick<Common, "studies">) {
  return (
    <>
      {studies.map(({ name, title, page }, i) => (
        <Fragment key={name}>
          {i > 0 && ", "}
          {page ? (
            <a href={page} title={title}>
              {name}
            </a>
          ) : (
            <span title={`${title}; its page: pnpm gumbel tables ${name}`}>{name}</span>
          )}
        </Fragment>
      ))}
    </>
  );
}
