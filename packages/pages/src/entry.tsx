import type { ComponentChildren } from "preact";
import { commandOf } from "./command.js";
import { moment, plural } from "./format.js";

/** A term and its value inside a `<dl>`. */
export function Entry({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface SeedsEntryProps {
  seeds: number[];
  /** When they were evaluated. */
  date: string;
  cpu: string;
  cores: number;
  /** More about the machine. */
  children?: ComponentChildren;
}

/** When and on which machine some seeds of a record were run. */
export function SeedsEntry({ seeds, date, cpu, cores, children }: SeedsEntryProps) {
  return (
    <Entry term={seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(", ")}`}>
      {moment(date)} UTC, {cpu === "unknown" ? "" : `${cpu}, `}
      {plural(cores, "core")}
      {children}
    </Entry>
  );
}

/** The command that makes the figures of a run again. */
export function AgainEntry({ run }: { run: { pipeline: string; profile: string } }) {
  return (
    <Entry term="again by">
      <code>{commandOf("evaluate", run)}</code>
    </Entry>
  );
}
