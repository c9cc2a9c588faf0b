/** SHA-256 without waiting, in a browser; the same digests as `sha256.node.ts`. */

import { sha256 as hash } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const bytesOf = (part: string | ArrayBufferView): Uint8Array =>
  typeof part === "string" ? utf8ToBytes(part) : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);

/** The digest in hexadecimal of texts as UTF-8 and of the bytes of arrays, one after another. */
export function sha256(...parts: readonly (string | ArrayBufferView)[]): string {
  const running = hash.create();
  for (const part of parts) running.update(bytesOf(part));
  return bytesToHex(running.digest());
}
