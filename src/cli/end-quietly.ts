import type { Writable } from "node:stream";

/** End without complaint when whoever reads the output has gone, as `head` does once it has enough. */
export function endQuietly(stream: Writable): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
