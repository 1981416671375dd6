import { UserError } from "@gumbel/config";
import { findPipeline } from "@gumbel/workspace";

/**
 * Serves the pages of training until the process is interrupted.
 *
 * @throws UserError if there is no such pipeline, or the port is not available
 */
export async function watch(root: string, pipeline: string | undefined, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UserError({ what: `"${port}" is no port`, where: "--port", expected: "0 to 65535" });
  }
  // Imported here: the overview loads the pages' plots.
  const { watchServer } = await import("@gumbel/overview");
  const path = pipeline === undefined ? "" : encodeURIComponent((await findPipeline(root, pipeline)).name);
  const { url } = await watchServer(root, port);
  console.log(`${url}/${path}   (Ctrl-C ends it; training goes on)`);
}
