/** The points of a study's sweeps: pipelines that differ in one parameter. */
import { assign, UserError } from "@gumbel/config";
import { memberFolder } from "./pipelines.js";
import type { Study } from "./study.js";

/** One pipeline of a sweep. */
export interface Point {
  /** The pipeline's name. */
  name: string;
  /** Its folder, relative to the project's root. */
  folder: string;
  dataset: string;
  /** The parameter's value. */
  value: number;
  /** Contents of its pipeline.json. */
  config: {
    dataset: string;
    model: { name: string } & Record<string, unknown>;
    labels?: { count: number } | undefined;
  };
}

type Json = Record<string, unknown>;

/** The name of a sweep's parameter: that in study.json, else the last part of its path. */
export const nameOfParameter = ({ points }: Study, parameter: string): string =>
  points?.vary.find((each) => each.parameter === parameter)?.name ?? parameter.split(".").at(-1)!;

/**
 * The points along one parameter on one data set, by ascending value. The study's own pipeline is a point of every parameter:
 * it is named `<data set>-<study>`, in the folder `base`. The others are named `<data set>-<study>-<parameter>-<value>`, in the
 * folder `<parameter>-<value>`.
 *
 * @param name name of the study
 * @throws UserError if the study does not vary that parameter, or its pipeline does not have it.
 */
export function pointsOf(study: Study, name: string, dataset: string, parameter: string): Point[] {
  const { points } = study;
  const where = `studies/${name}/study.json`;
  const values = points?.vary.find((each) => each.parameter === parameter)?.values;
  const path = parameter.split(".");
  const usual = path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], points?.pipeline);
  if (!points || !values || typeof usual !== "number") {
    throw new UserError({
      what: `the study does not vary ${parameter}`,
      where,
      expected: "a parameter of points.vary, with its usual value, a number, in points.pipeline",
    });
  }
  const short = nameOfParameter(study, parameter);
  return [...new Set([usual, ...values])]
    .sort((a, b) => a - b)
    .map((value) => {
      const own = value === usual ? undefined : `${short}-${value}`;
      return {
        // The name of an npm package has no capitals.
        name: [dataset, name, ...(own ? [own.toLowerCase()] : [])].join("-"),
        folder: memberFolder(name, dataset, own ?? "base"),
        dataset,
        value,
        config: {
          dataset,
          ...(assign(points.pipeline, [{ field: path, value }], where) as typeof points.pipeline),
        },
      };
    });
}

/** Every point of a study, each pipeline once. */
export function allPoints(study: Study, name: string): Point[] {
  const found = new Map<string, Point>();
  for (const dataset of study.points?.datasets ?? []) {
    for (const { parameter } of study.points!.vary) {
      for (const point of pointsOf(study, name, dataset, parameter)) found.set(point.name, point);
    }
  }
  return [...found.values()];
}
