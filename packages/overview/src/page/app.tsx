/** The overview's page: rendered once when it is written, and again by its own script when the view changes. */
import { PageLinks } from "@gumbel/pages/browser";
import type { Entry, Other } from "../entries/entry.js";
import { Comparison } from "./comparisonView.js";
import { Drawer } from "./drawer.js";
import { Table } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { columnsOf, isFinished, shownEntries, type View } from "./view.js";

export interface AppProps {
  entries: Entry[];
  view: View;
  /** Shows another view; undefined outside the browser. */
  change?: (changes: Partial<View>) => void;
}

export function App({ entries, view, change = () => {} }: AppProps) {
  const picked = view.picked.flatMap(
    (id) => entries.filter(isFinished).find((entry) => entry.id === id) ?? [],
  );
  const opened = entries.filter(isFinished).find(({ id }) => id === view.open);
  return (
    <>
      {view.compare ? (
        <main class="wide">
          <Comparison entries={picked} view={view} change={change} />
        </main>
      ) : (
        <Index entries={entries} view={view} change={change} picked={picked.length} />
      )}
      {opened && <Drawer key={opened.id} entry={opened} change={change} />}
    </>
  );
}

function Index({ entries, view, change, picked }: Required<AppProps> & { picked: number }) {
  return (
    <>
      <header class="page wide index">
        <h1>All pipelines</h1>
        <p class="lead on-screen">
          Deep clustering, a row per pipeline. Press a heading to sort by it; pick two or more to compare
          them. The address contains the view, so that it can be shared.
        </p>
        <Studies entries={entries} />
      </header>
      <main class="wide index">
        <All entries={entries} view={view} change={change} />
        {picked > 0 && (
          <section class="picked" aria-label="Picked pipelines">
            <span aria-live="polite">
              {picked === 1 ? "1 picked; pick another to compare" : `${picked} picked`}
            </span>
            <button type="button" class="quiet" onClick={() => change({ picked: [], baseline: "" })}>
              Clear
            </button>
            <button type="button" disabled={picked < 2} onClick={() => change({ compare: true })}>
              Compare
            </button>
          </section>
        )}
      </main>
    </>
  );
}

/** The studies that name any pipeline. */
function Studies({ entries }: Pick<AppProps, "entries">) {
  const studies = new Map(entries.flatMap(({ studies }) => studies.map((study) => [study.name, study])));
  const links = [...studies.values()].map(({ name, title, page }) => ({
    text: title,
    page,
    command: `pnpm gumbel tables ${name}`,
  }));
  return links.length === 0 ? null : <PageLinks of="Studies" links={links} />;
}

function All({ entries, view, change }: Required<AppProps>) {
  const waiting = entries.filter(isOther).filter(({ state }) => state === "not run");
  const withFiles = entries.filter(({ state }) => state !== "not run");
  const shown = shownEntries(withFiles, view);
  return (
    <>
      {withFiles.some(isFinished) ? (
        <Toolbar entries={withFiles} shown={shown} view={view} change={change} />
      ) : (
        <p class="note-box">
          No pipeline has figures yet: <code>pnpm turbo run report</code>
        </p>
      )}
      {shown.length > 0 && (
        <Table entries={shown} columns={columnsOf(withFiles)} view={view} change={change} />
      )}
      {waiting.length > 0 && (
        <details class="waiting">
          <summary>
            {waiting.length} more {waiting.length === 1 ? "has" : "have"} not run yet
          </summary>
          <ul>
            {waiting.map(({ id }) => (
              <li key={id}>{id}</li>
            ))}
          </ul>
          <p class="note">
            Run one by its name: <code>{waiting[0]!.hint}</code>
          </p>
        </details>
      )}
    </>
  );
}

const isOther = (entry: Entry): entry is Other => !isFinished(entry);
