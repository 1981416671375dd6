import type { Entry, Finished } from "../entries/entry.js";
import { columnsOf, isFinished, largestFirst, type View } from "./view.js";

/** Search, the three filters, and on narrow screens the order. */
export function Toolbar({
  entries,
  shown,
  view,
  change,
}: {
  entries: Entry[];
  /** Those that the view selects. */
  shown: Entry[];
  view: View;
  change(changes: Partial<View>): void;
}) {
  const finished = entries.filter(isFinished);
  const columns = columnsOf(entries);
  const ids = shown.filter(isFinished).map(({ id }) => id);
  const all = ids.every((id) => view.picked.includes(id));
  const filtered = view.text || view.dataset || view.system || view.profile;
  return (
    <search class="toolbar">
      <label class="search">
        <span class="hidden">Search</span>
        <input
          type="search"
          placeholder="Search"
          value={view.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <Choice
        title="data set"
        value={view.dataset}
        options={optionsOf(finished, ({ dataset }) => [dataset.name, dataset.title])}
        choose={(dataset) => change({ dataset })}
      />
      <Choice
        title="system"
        value={view.system}
        options={optionsOf(finished, ({ model }) => [model.name, model.title])}
        choose={(system) => change({ system })}
      />
      <Choice
        title="profile"
        value={view.profile}
        options={optionsOf(finished, ({ profile }) => [profile, profile])}
        choose={(profile) => change({ profile })}
      />
      <label class="choice narrow">
        <span class="hidden">order</span>
        <select
          value={view.sort}
          onChange={(event) => {
            const column = columns.find(({ key }) => key === event.currentTarget.value);
            change({ sort: column?.key ?? "", descending: column ? largestFirst(column) : false });
          }}
        >
          <option value="">sort by name</option>
          {columns.slice(1).map(({ key, title }) => (
            <option key={key} value={key}>
              sort by {title}
            </option>
          ))}
        </select>
      </label>
      <span class="count" aria-live="polite">
        {shown.length === entries.length
          ? `${shown.length} in total`
          : `${shown.length} of ${entries.length}`}
      </span>
      <button
        type="button"
        class="quiet"
        onClick={() => change({ picked: all ? [] : [...new Set([...view.picked, ...ids])] })}
      >
        {all ? "Select none" : "Select all"}
      </button>
      {filtered && (
        <button
          type="button"
          class="quiet"
          onClick={() => change({ text: "", dataset: "", system: "", profile: "" })}
        >
          Show all
        </button>
      )}
    </search>
  );
}

function Choice({
  title,
  value,
  options,
  choose,
}: {
  title: string;
  value: string;
  options: [name: string, title: string][];
  choose(value: string): void;
}) {
  return (
    <label class="choice">
      <span class="hidden">{title}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">every {title}</option>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function optionsOf(entries: Finished[], pick: (entry: Finished) => [string, string]): [string, string][] {
  return [...new Map(entries.map(pick))].sort(([, a], [, b]) => a.localeCompare(b));
}
