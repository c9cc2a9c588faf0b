/** Pictures as small files: PNG of at most 256 colours. */

import { deflateSync } from "node:zlib";
import { decode } from "fast-png";

const MOST = 256;

/** A PNG as one of few colours, each of which many pixels have or are close to. */
export function withPalette(png) {
  const { width, height, data, channels } = decode(png);
  const colours = Uint32Array.from({ length: width * height }, (_, i) => {
    const at = i * channels;
    return (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
  });
  const palette = paletteOf(colours);
  const indices = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (const [i, colour] of colours.entries()) {
    if (!indices.has(colour)) indices.set(colour, nearest(palette, colour));
    rows[i + Math.floor(i / width) + 1] = indices.get(colour);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(parts))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** Boxes of colours, the one with most spread over its pixels split at its middle until there are enough; their means. */
function paletteOf(colours) {
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const boxes = [boxOf([...counts])];
  while (boxes.length < MOST) {
    const widest = boxes.reduce((a, b) => (b.weight > a.weight ? b : a));
    if (widest.weight === 0) break;
    boxes.splice(boxes.indexOf(widest), 1, ...split(widest));
  }
  return boxes.map(({ entries }) => {
    const total = entries.reduce((sum, [, n]) => sum + n, 0);
    const mean = [0, 1, 2].map((c) =>
      Math.round(entries.reduce((sum, [colour, n]) => sum + n * parts(colour)[c], 0) / total),
    );
    return (mean[0] << 16) | (mean[1] << 8) | mean[2];
  });
}

function boxOf(entries) {
  const ranges = [0, 1, 2].map((c) => {
    const values = entries.map(([colour]) => parts(colour)[c]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const axis = ranges.indexOf(Math.max(...ranges));
  const pixels = entries.reduce((sum, [, n]) => sum + n, 0);
  return { entries, axis, weight: ranges[axis] * Math.sqrt(pixels) };
}

function split({ entries, axis }) {
  const sorted = entries.toSorted(([a], [b]) => parts(a)[axis] - parts(b)[axis]);
  const half = sorted.reduce((sum, [, n]) => sum + n, 0) / 2;
  let [at, seen] = [0, 0];
  while (at < sorted.length - 1 && (at === 0 || seen < half)) seen += sorted[at++][1];
  return [sorted.slice(0, at), sorted.slice(at)].map(boxOf);
}

function nearest(palette, colour) {
  const [r, g, b] = parts(colour);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [i, other] of palette.entries()) {
    const [x, y, z] = parts(other);
    const far = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc = (bytes) => ~bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), -1) >>> 0;

function chunk(type, body) {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc(typed));
  return Buffer.concat([length, typed, sum]);
}
