import type { VNode } from "preact";
import type { ReportData } from "./data.js";
import type { Plot } from "./plots/render.js";

/** What a section puts on the page. */
export interface SectionContent {
  body: VNode;
  /** Plots on it, which are also written as files. */
  plots?: Plot[];
}

/** A part of the report. A new one is one file and one line of the registry. */
export interface Section {
  /** Anchor on the page. */
  id: string;
  title: string;
  /** Its content; undefined where this data or system has nothing to show, which leaves the section out. */
  render(data: ReportData): Promise<SectionContent | undefined> | SectionContent | undefined;
}
