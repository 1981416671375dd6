/** The command that runs a pipeline again up to a stage, with the profile of a run and what was set for it. */
export function commandOf(
  stage: "evaluate" | "report",
  { pipeline, profile, set }: { pipeline: string; profile: string; set?: string | null },
): string {
  const variables = [
    ...(profile === "quick" ? [] : [`GUMBEL_PROFILE=${profile}`]),
    ...(set ? [`GUMBEL_SET='${set.replaceAll("'", "'\\''")}'`] : []),
  ];
  return [...variables, "pnpm turbo run", stage, `--filter=@pipelines/${pipeline}`].join(" ");
}
