/** Server-sent events of pages that change: each page is looked at once, however many clients show it. */
import type { ServerResponse } from "node:http";

/** Interval between two looks at the files. */
const lookMilliseconds = 1000;
/** Open pages; a browser has six per address. */
const mostClients = 64;
/** Bytes that a client may leave unread, as a page in a suspended window does. */
const mostUnread = 1 << 20;

/** A page and those who see it. */
class Channel {
  readonly #look: () => Promise<string>;
  readonly #clients = new Set<ServerResponse>();
  #sent = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(look: () => Promise<string>) {
    this.#look = look;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Sends the page at once, and whenever it has changed, until the client has gone. */
  async add(response: ServerResponse): Promise<void> {
    // Before anything is waited for: a visit may end in the meantime.
    this.#clients.add(response);
    response.once("close", () => this.#remove(response));
    this.#timer ??= setTimeout(() => this.#again(), lookMilliseconds);
    if (this.#clients.size === 1 || this.#sent === "") this.#sent = await this.#look();
    if (!this.#clients.has(response)) return;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    send(response, this.#sent);
  }

  #remove(response: ServerResponse): void {
    this.#clients.delete(response);
    if (this.#clients.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #again(): Promise<void> {
    const now = await this.#look().catch(() => this.#sent);
    if (this.#clients.size === 0) return;
    this.#timer = setTimeout(() => this.#again(), lookMilliseconds);
    if (now === this.#sent) return;
    this.#sent = now;
    for (const response of this.#clients) if (response.headersSent) send(response, now);
  }
}

function send(response: ServerResponse, page: string): void {
  if (response.writableLength > mostUnread) response.destroy();
  else response.write(`data: ${JSON.stringify(page)}\n\n`);
}

/** The channels of all pages that are open, by name. */
export class Channels {
  readonly #channels = new Map<string, Channel>();

  /**
   * Adds a client to the page of that name.
   *
   * @returns false if as many pages as may be are open already
   */
  async add(name: string, look: () => Promise<string>, response: ServerResponse): Promise<boolean> {
    for (const [other, channel] of this.#channels) if (channel.size === 0) this.#channels.delete(other);
    const open = [...this.#channels.values()].reduce((sum, { size }) => sum + size, 0);
    if (open >= mostClients) return false;
    const channel = this.#channels.get(name) ?? new Channel(look);
    this.#channels.set(name, channel);
    await channel.add(response);
    return true;
  }
}
