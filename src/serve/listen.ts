/** A server on this machine alone. */

import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { InputError } from "../util/errors.js";

export interface Listening {
  readonly address: string;
  close(): Promise<void>;
}

/** Where it listens unless told otherwise, and how many ports behind that it tries. */
const [FIRST, TRIES] = [4747, 20];

/**
 * Serve on a port, or on the first that is free from the usual one on.
 * @throws InputError when the port that was asked for is taken or not allowed, or none is free.
 */
export async function listen(app: Hono, port?: number): Promise<Listening> {
  const ports = port === undefined ? Array.from({ length: TRIES }, (_, i) => FIRST + i) : [port];
  for (const one of ports) {
    const listening = await tryPort(app, one);
    if (typeof listening !== "string") return listening;
    if (port !== undefined && listening !== "EADDRINUSE")
      throw new InputError(`cannot listen on port ${port}: ${listening}; choose another with --port`);
  }
  throw new InputError(
    port === undefined
      ? `ports ${ports[0]} to ${ports.at(-1)} are all in use; choose another with --port`
      : `port ${port} is in use; choose another with --port, or leave it out`,
  );
}

/** The code of what went wrong where it does not listen. */
function tryPort(app: Hono, port: number): Promise<Listening | string> {
  const server = createAdaptorServer({ fetch: app.fetch });
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, "127.0.0.1", () => {
      const { port: given } = server.address() as { port: number };
      resolve({
        address: `http://localhost:${given}/`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            // Pages keep their connections open.
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
  });
}
