/** Colours of plots, without the plot library: the pages' own scripts use them too. */

/** Ten colours that differ in lightness and in hue (Tol's bright and muted, reordered); see style.ts. */
export const categorical = [
  "#4477aa",
  "#ee6677",
  "#228833",
  "#ccbb44",
  "#66ccee",
  "#aa3377",
  "#e69f00",
  "#882255",
  "#44aa99",
  "#997755",
];

/** Colours of a plot by purpose. On the page each is a variable of the style sheet, so that it follows the theme. */
export const colours = {
  ink: "#44443f",
  axis: "#8a8a86",
  grid: "#e5e5e0",
  accent: "#1f5fa8",
  wrong: "#c9533f",
};

/** The same as variables of the style sheet, for a plot that a page draws itself. */
export const themed: typeof colours = {
  ink: "var(--plot-ink)",
  axis: "var(--plot-axis)",
  grid: "var(--plot-grid)",
  accent: "var(--plot-accent)",
  wrong: "var(--plot-wrong)",
};

/** The font of plots, which is bundled. */
export const font = "DejaVu Sans";
