/**
 * `gumbel watch`: pages of running trainings, served to this machine alone. A server instead of a page that reloads itself:
 * curves change in place, nothing is written for the page, and closing it leaves no stale page behind.
 */
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { UserError } from "@gumbel/config";
import { Artifacts } from "@gumbel/tables";
import { artifactPath, listPipelines } from "@gumbel/workspace";
import { indexBody, indexPage, watchBody, watchPage } from "./page.js";
import { watched } from "./state.js";

/** Interval between two looks at the files. */
const lookMilliseconds = 1000;

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/**
 * Serves the pages of `root`'s pipelines on loopback.
 *
 * @param port 0 for a free one
 * @returns the server and its address
 */
export async function watchServer(root: string, port: number): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    answer(root, request, response).catch((error: unknown) => {
      const isUsers = error instanceof UserError;
      if (!response.headersSent) response.writeHead(isUsers ? 404 : 500, { "content-type": "text/plain" });
      response.end(isUsers ? error.message : "an error of Gumbel's own; the terminal shows it");
      if (!isUsers) console.error(error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UserError({
              what: `port ${port} is in use`,
              hint: "leave --port out to use a free one",
            })
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A foreign page could make a browser call this address by a name of its own (DNS rebinding): it gets nothing.
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (!["127.0.0.1", "localhost"].includes(host) || request.method !== "GET") {
    response.writeHead(403).end();
    return;
  }
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [first = "", ...rest] = pathname.slice(1).split("/").map(decode);
  const html = (text: string): void =>
    void response.writeHead(200, { "content-type": types[".html"]! }).end(text);
  if (first === "events") {
    const [pipeline = ""] = rest;
    const look =
      pipeline === ""
        ? async () => indexBody(await all(root))
        : async () => watchBody(await watched(root, await findPipeline(root, pipeline)));
    return sendEvents(request, response, look);
  }
  if (first === "report") return sendReport(root, rest, response);
  html(
    first === ""
      ? indexPage(await all(root))
      : watchPage(await watched(root, await findPipeline(root, first))),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

async function all(root: string) {
  return Promise.all((await listPipelines(root)).map(({ name }) => watched(root, name)));
}

/**
 * Checks that a pipeline exists and returns its name.
 *
 * @throws UserError if there is none of that name
 */
export async function findPipeline(root: string, pipeline: string): Promise<string> {
  const names = (await listPipelines(root)).map(({ name }) => name);
  if (names.includes(pipeline)) return pipeline;
  throw new UserError({
    what: `there is no pipeline "${pipeline}"`,
    where: join(root, "pipelines"),
    expected: `one of ${names.join(", ")}`,
  });
}

/** Sends the page's body as server-sent events: at once, and whenever it has changed. */
async function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  look: () => Promise<string>,
): Promise<void> {
  let sent = await look();
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = (): void => void response.write(`data: ${JSON.stringify(sent)}\n\n`);
  send();
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const now = await look().catch(() => sent);
    looking = false;
    if (now === sent) return;
    sent = now;
    send();
  }, lookMilliseconds);
  request.on("close", () => clearInterval(timer));
}

/** Sends a file of a finished report if its manifest lists it. */
async function sendReport(
  root: string,
  [pipeline = "", ...path]: string[],
  response: ServerResponse,
): Promise<void> {
  const report = await Artifacts.open(artifactPath(root, await findPipeline(root, pipeline), "report"));
  const name = path.join("/");
  const file = await report.path(name);
  response.writeHead(200, { "content-type": types[extname(name)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
}
