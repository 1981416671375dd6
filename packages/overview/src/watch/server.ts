/**
 * `gumbel watch`: pages of running trainings, served to this machine alone. A server instead of a page that reloads itself:
 * curves change in place, nothing is written for the page, and closing it leaves no stale page behind.
 */
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "@gumbel/config";
import { Artifacts } from "@gumbel/tables";
import { artifactPath, findPipeline, listPipelines } from "@gumbel/workspace";
import { Channels } from "./channels.js";
import { indexBody, indexPage, watchBody, watchPage } from "./page.js";
import { watched } from "./state.js";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Every answer says what it is, is shown in no frame of another page, and is for this address alone. */
const headers = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/**
 * Serves the pages of `root`'s pipelines on loopback.
 *
 * @param port 0 for a free one
 * @returns the server and its address
 */
export async function watchServer(root: string, port: number): Promise<{ server: Server; url: string }> {
  const channels = new Channels();
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(root, channels, request, response).catch((error: unknown) => {
      const isUsers = error instanceof UserError;
      if (!isUsers) console.error(error);
      // What has begun cannot become another answer.
      if (response.headersSent) return response.destroy();
      end(
        response,
        isUsers ? 404 : 500,
        isUsers ? error.message : "an error of Gumbel's own; the terminal shows it",
      );
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
  return { server, url: `http://127.0.0.1:${portOf(server)}` };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

async function answer(
  root: string,
  channels: Channels,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { localPort } = request.socket;
  // A foreign page could make a browser call this address by a name of its own (DNS rebinding): it gets nothing.
  if (![`127.0.0.1:${localPort}`, `localhost:${localPort}`].includes(request.headers.host ?? ""))
    return end(response, 403, "this server answers to its own address alone");
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    return end(response, 405, "this server shows, and takes nothing");
  }
  const [path = ""] = (request.url ?? "/").split(/[?#]/);
  const [first = "", ...rest] = path.slice(1).split("/").map(decode);
  const html = (text: string): void =>
    void response.writeHead(200, { "content-type": types[".html"]! }).end(text);
  if (first === "events") {
    const [pipeline = ""] = rest;
    const found = pipeline === "" ? "" : (await findPipeline(root, pipeline)).name;
    const look = async (): Promise<string> =>
      found === "" ? indexBody(await all(root)) : watchBody(await watched(root, found));
    if (!(await channels.add(found, look, response))) end(response, 503, "too many pages are open");
    return;
  }
  if (first === "report") return sendReport(root, rest, response);
  html(
    path === "/"
      ? indexPage(await all(root))
      : watchPage(await watched(root, (await findPipeline(root, first)).name)),
  );
}

/** A part of a path; blank if it is encoded in no way that there is. */
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

/** Sends a file of a finished report if its manifest lists it. */
async function sendReport(
  root: string,
  [name = "", ...path]: string[],
  response: ServerResponse,
): Promise<void> {
  const report = await Artifacts.open(artifactPath(root, (await findPipeline(root, name)).name, "report"));
  const file = await report.path(path.join("/"));
  response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
  // The file may vanish while it is sent, as when the pipeline runs again; the client then sees that it is cut short.
  await pipeline(createReadStream(file), response).catch(() => response.destroy());
}
