/** What the server of `gumbel watch` answers, and to whom. */
import { rmSync } from "node:fs";
import { type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Channels } from "../src/watch/channels.js";
import { watchServer } from "../src/watch/server.js";
import { TestWorkspace } from "./workspace.js";

const workspace = new TestWorkspace();
let server: Server;
let port = 0;

beforeAll(async () => {
  await workspace.add("shapes", { deep: false, kind: "points" });
  workspace.run([new URL("../../tasks/bin.mjs", import.meta.url).pathname, "report"], "shapes");
  ({ server } = await watchServer(workspace.root, 0));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  workspace.remove();
});

/** One request, with any path and any headers. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET") {
  return new Promise<{ status: number; headers: IncomingMessage["headers"]; text: string }>(
    (resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("close", () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
      });
      sent.on("error", reject);
      sent.end();
    },
  );
}

test("an empty host is refused", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.end("GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n");
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 403/);
});

test.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])(
  "the host %j is refused",
  async (host) => {
    expect((await ask("/", { host })).status).toBe(403);
  },
);

test("its own host is answered", async () => {
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`])
    expect((await ask("/", { host })).status).toBe(200);
});

test.each(["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])("%s is refused", async (method) => {
  expect(await ask("/", {}, method)).toMatchObject({ status: 405, headers: { allow: "GET" } });
});

test.each([
  "//",
  "/%",
  "/%2e%2e",
  "/no-such",
  "/events/no-such",
  "/events/..%2f..",
  "/report/shapes/../../plan/report.json",
])("%s is no page and no defect", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test("every answer has its type and is shown in no frame", async () => {
  for (const path of ["/", "/shapes", "/report/shapes/index.html", "/no-such"]) {
    const { headers } = await ask(path);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toBe("frame-ancestors 'none'");
  }
});

test("a report that vanishes while it is sent ends its answer, and not the server", async () => {
  const { Artifacts } = await import("@gumbel/tables");
  const path = vi.spyOn(Artifacts.prototype, "path");
  path.mockImplementationOnce(async () => {
    rmSync(workspace.path("shapes/report/report.json"));
    return workspace.path("shapes/report/report.json");
  });
  await ask("/report/shapes/report.json").catch(() => {});
  path.mockRestore();
  expect((await ask("/")).status).toBe(200);
});

describe("events", () => {
  /** Opens a page of events; resolves with its status, and how to leave it. */
  const visit = () =>
    new Promise<{ status: number; leave(): void }>((resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", path: "/events/shapes" }, (response) =>
        resolve({ status: response.statusCode!, leave: () => sent.destroy() }),
      );
      sent.on("error", reject);
      sent.end();
    });

  test("more clients than a person can have are sent away, and make room when they leave", async () => {
    const all = await Promise.all(Array.from({ length: 80 }, visit));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(64);
    expect(all.filter(({ status }) => status === 503)).toHaveLength(16);
    for (const { leave } of all) leave();
    await vi.waitFor(async () => {
      const again = await visit();
      again.leave();
      expect(again.status).toBe(200);
    });
  });

  test("a page is looked at once for all who see it, and not at all when they have left before the first event", async () => {
    const { EventEmitter } = await import("node:events");
    const response = () =>
      Object.assign(new EventEmitter(), {
        headersSent: false,
        writableLength: 0,
        written: [] as string[],
        writeHead() {
          this.headersSent = true;
        },
        write(text: string) {
          this.written.push(text);
        },
      });
    vi.useFakeTimers();
    try {
      let looks = 0;
      const look = async () => `page ${++looks}`;
      const channels = new Channels();
      const [stays, goes] = [response(), response()];
      const early = channels.add("x", look, goes as never);
      goes.emit("close");
      await early;
      expect(goes.written).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
      await channels.add("x", look, stays as never);
      const also = response();
      await channels.add("x", look, also as never);
      await vi.advanceTimersByTimeAsync(2000);
      expect(looks).toBe(4);
      expect(stays.written).toEqual(also.written.slice(-3));
      also.emit("close");
      stays.emit("close");
      await vi.advanceTimersByTimeAsync(5000);
      expect(looks).toBe(4);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
