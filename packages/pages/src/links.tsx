import { Fragment } from "preact";

/** Another page of the workspace. */
export interface PageLink {
  text: string;
  /** Address from this page; null if it is not written yet. */
  page: string | null;
  /** The command that writes it. */
  command: string;
}

/**
 * Links to other pages; one that is not written yet says its command instead.
 *
 * @param of what they are pages of: `Studies`
 */
export function PageLinks({ links, of }: { links: PageLink[]; of?: string }) {
  return (
    <p class="links">
      {of && `${of}: `}
      {links.map(({ text, page, command }, i) => (
        <Fragment key={text}>
          {i > 0 && " · "}
          {page ? (
            <a href={page} title={`written by ${command}`}>
              {text}
            </a>
          ) : (
            <span>
              {text}: <code>{command}</code>
            </span>
          )}
        </Fragment>
      ))}
    </p>
  );
}
