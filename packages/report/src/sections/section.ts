import type { Plot, Sheet } from "@gumbel/pages";
import type { ComponentChildren, VNode } from "preact";
import type { Aside } from "../aside.js";
import type { ReportData } from "../data/data.js";

/** Content of a section on the page. */
export interface SectionContent {
  /** A sentence or two beside the heading: what is shown, of which examples. */
  lead?: ComponentChildren;
  body: VNode;
  /** Plots on it, also written as plots/<name>.svg, .png and .csv. */
  plots?: Plot[];
  /** Sheets of pictures on it, also written as pictures/<name>.svg and .png. */
  sheets?: Sheet[];
  /** An ES module that runs when the page has loaded; the page shows everything without it too. */
  script?: string;
  /** Files that the page needs beside it, by their path from there. */
  files?: { name: string; contents: string }[];
}

/** A part of the report. A new one is one file and one line of the registry. */
export interface Section {
  /** Anchor on the page. */
  id: string;
  title: string;
  /** Name in the bar of sections, if the title is too long for it. */
  shortTitle?: string;
  /**
   * Content of the section; undefined if this data or system has nothing to show, which leaves the section out.
   *
   * @param aside does what can be done meanwhile
   * @throws UserError if a file it needs is not as its stage wrote it: the page then shows the error instead, as it does any other
   */
  render(data: ReportData, aside: Aside): Promise<SectionContent | undefined> | SectionContent | undefined;
}
