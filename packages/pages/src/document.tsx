/** A self-contained page as one HTML text. */
import { createHash } from "node:crypto";
import type { ComponentChildren } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import { style } from "./style.js";

/** Content security policy: no request leaves the page, and only these scripts and files beside the page run. */
function policy(scripts: string[], connect: string): string {
  const digests = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const allowed = ["'self'", ...digests].join(" ");
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; connect-src ${connect}; script-src ${allowed}`;
}

/** What a page says of itself where a link to it is shown. */
export interface About {
  /** A sentence or two. */
  description: string;
  /** A small picture, as SVG or PNG in a data address; none by default. */
  picture?: string;
}

/**
 * The frame of every page.
 *
 * @param scripts ES modules, run in this order when the page has loaded
 * @param ownStyle CSS of this page, after the shared style sheet
 * @param about a page without it is found by nobody else's program, as one that is served to this machine
 * @param connect 'self' if the page may make requests to its server: only for a page that is served
 */
export function document(
  title: string,
  body: ComponentChildren,
  scripts: string[] = [],
  ownStyle = "",
  about?: About,
  connect: "'none'" | "'self'" = "'none'",
): string {
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy(scripts, connect)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>{title}</title>
        {about && <Preview title={title} about={about} />}
        <style dangerouslySetInnerHTML={{ __html: style + ownStyle }} />
      </head>
      <body>
        {body}
        {scripts.map((script) => (
          <script key={script} type="module" dangerouslySetInnerHTML={{ __html: script }} />
        ))}
      </body>
    </html>,
  );
  return `<!DOCTYPE html>\n${html}\n`;
}

/** Read by mail programs, chats and search engines (Open Graph protocol, ogp.me). */
function Preview({ title, about: { description, picture } }: { title: string; about: About }) {
  return (
    <>
      <meta name="description" content={description} />
      <meta property="og:type" content="article" />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      {picture && <meta property="og:image" content={picture} />}
    </>
  );
}
