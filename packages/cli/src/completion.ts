/** `gumbel complete SHELL`: completion of commands, options and names of pipelines. */
import tab from "@bomb.sh/tab/commander";
import { listPipelines } from "@gumbel/workspace";
import type { Command } from "commander";

/** Adds the command to the others, which are all there: called last. */
export async function addCompletion(program: Command, root: string): Promise<void> {
  const completion = tab(program);
  // Names are looked up only if something is being completed.
  const names = process.argv[2] === "complete" ? (await listPipelines(root)).map(({ name }) => name) : [];
  for (const command of program.commands) {
    for (const argument of command.registeredArguments) {
      if (!["pipeline", "first", "second"].includes(argument.name())) continue;
      completion.commands.get(command.name())?.argument(argument.name(), (complete) => {
        for (const name of names) complete(name, "a pipeline");
      });
    }
  }
}
