/** The command that runs a pipeline again up to a stage, with the profile of a run. */
export function commandOf(
  stage: "evaluate" | "report",
  { pipeline, profile }: { pipeline: string; profile: string },
): string {
  const chosen = profile === "quick" ? "" : `GUMBEL_PROFILE=${profile} `;
  return `${chosen}pnpm turbo run ${stage} --filter=@pipelines/${pipeline}`;
}
