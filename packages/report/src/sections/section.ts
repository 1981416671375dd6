import type { Plot, Sheet } from "@gumbel/pages";
import type { ComponentChildren, VNode } from "preact";
import type { ReportData } from "../data/data.js";

/** What a section puts on the page. */
export interface SectionContent {
  /** What is shown and of which examples, in a sentence or two; stands beside the heading. */
  lead?: ComponentChildren;
  body: VNode;
  /** Plots on it, also written as plots/<name>.svg and plots/<name>.png. */
  plots?: Plot[];
  /** Sheets of pictures on it, also written as plots/<name>.png. */
  sheets?: Sheet[];
  /** An ES module that runs when the page has loaded; the page shows everything without it too. */
  script?: string;
  /** Files that it needs beside the page, by their path from there. */
  files?: { name: string; contents: string }[];
}

/** A part of the report. A new one is one file and one line of the registry. */
export interface Section {
  /** Anchor on the page. */
  id: string;
  title: string;
  /** What the bar of sections calls it, where the title is too long for it. */
  shortTitle?: string;
  /**
   * Its content; undefined where this data or system has nothing to show, which leaves the section out.
   *
   * @throws UserError where a file it needs is not as its stage wrote it: the page says so in the section's place.
   */
  render(data: ReportData): Promise<SectionContent | undefined> | SectionContent | undefined;
}
