import { run } from "@gumbel/workspace/programs";

/** Runs a pipeline up to its report, as `pnpm turbo run report` does; its exit code becomes ours. */
export async function runPipeline(root: string, name: string): Promise<void> {
  const turbo = run({ cwd: root, stdio: "inherit" });
  const { exitCode } = await turbo`pnpm turbo run report --filter=@pipelines/${name}`;
  process.exitCode = exitCode ?? 1;
}
