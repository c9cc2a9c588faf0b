/** The page's own thread for what it asks before there is a training: opened when it is first needed, and kept. */

import { type Client, openClient } from "../engine/client.js";
import { lacksSupport } from "../shell/support.js";

let open: Client | undefined;

/** A thread that has ended is opened again by the next question. */
export function desk(): Client["api"] {
  open ??= openClient(() => {
    open = undefined;
  });
  return open.api;
}

const lists = new Map<string, Promise<unknown>>();

/** An answer that never changes, asked for once. None ever comes where the browser cannot compute, which the page says. */
export function once<T>(name: string, ask: (api: Client["api"]) => Promise<T>): Promise<T> {
  if (lacksSupport()) return new Promise(() => {});
  const known = lists.get(name) as Promise<T> | undefined;
  const found = known ?? Promise.resolve().then(() => ask(desk()));
  lists.set(name, found);
  // What failed is asked for again.
  found.catch(() => lists.delete(name));
  return found;
}
