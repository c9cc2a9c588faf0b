/** Images from a folder or a file. Node only. */

import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { InputError } from "../../util/errors.js";
import type { Folder, ImageFormat, Images, Part } from "./images.js";
import * as members from "./members.js";

const formats = Object.values(members) as readonly ImageFormat[];

/** Images and other things that files of such a folder may be, at most. */
const MOST = 1_000_000;

/** Files of a folder and of the folders in it, two deep: where batches or classes lie. */
function namesIn(path: string, depth = 2): string[] {
  const names = readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    if (!entry.isDirectory()) return [entry.name];
    return depth > 1 ? namesIn(join(path, entry.name), depth - 1).map((name) => `${entry.name}/${name}`) : [];
  });
  if (names.length > MOST) throw new InputError(`${path} holds more than ${MOST} files; give a folder of images`);
  return names.sort();
}

/** Bytes of a file; what gzip has packed is unpacked, up to the size that its beginning says. */
function readFile(path: string, size?: (head: Uint8Array, source: string) => number): Uint8Array {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    if (!size) return gunzipSync(bytes);
    const head = gunzipSync(bytes.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    return gunzipSync(bytes, { maxOutputLength: size(head.subarray(0, 64), path) });
  } catch (error) {
    if (error instanceof InputError) throw error;
    const larger = error instanceof RangeError;
    throw new InputError(
      larger
        ? `${path}: what gzip has packed is larger than it says; it is damaged or made to fill the memory`
        : `${path}: its gzip compression is broken (${error instanceof Error ? error.message : error}); copy the file again`,
    );
  }
}

/** A path as a folder: one file is a folder of one. */
function folderAt(path: string): Folder {
  const found = statOf(path);
  if (!found)
    throw new InputError(
      `${path}: no such folder; Fashion-MNIST comes with Debian's package dataset-fashion-mnist (/usr/share/datasets/fashion-mnist), CIFAR-10, binary version, from www.cs.toronto.edu/~kriz/cifar.html`,
    );
  const [root, names] = found.isDirectory() ? [path, namesIn(path)] : [dirname(path), [basename(path)]];
  return { source: path, names, read: (name, size) => readFile(join(root, name), size) };
}

/** What is at a path; nothing where it leads nowhere, which is told by who reads it. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a path is a folder, or a file of many images. */
export function isImages(path: string): boolean {
  const found = statOf(path);
  return (
    found !== undefined && (found.isDirectory() || formats.some(({ files, holds }) => files && holds([basename(path)])))
  );
}

/** Whether a path is a folder, or a file of one image or many. */
export const isImage = (path: string): boolean =>
  isImages(path) || (statOf(path) !== undefined && formats.some(({ holds }) => holds([basename(path)])));

/**
 * The images of a folder or a file.
 * @param part which of them; `unseen` is the test part where there is one, which training does not see, else what there is.
 * @throws InputError for a path that is not there or holds no images, and as its format does.
 */
export function loadImages(path: string, part: Part | "unseen"): Images {
  const folder = folderAt(path);
  const format = formats.find(({ holds }) => holds(folder.names));
  if (!format)
    throw new InputError(
      `${path} is a directory without images that are known; expected a table, or images: ${formats.map(({ about }) => about.replace(/\.$/, "")).join("; or ")}`,
    );
  if (part !== "unseen") return format.read(folder, part);
  const [only] = format.parts?.(folder.names) ?? [];
  return format.read(folder, format.parts?.(folder.names).includes("test") ? "test" : (only ?? "train"));
}
