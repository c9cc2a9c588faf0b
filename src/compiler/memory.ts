/** Where blocks lie: those that are used at the same time lie apart, others share. */

import type { Block, Region } from "./region.js";

/** Blocks begin at multiples of this, as vectors and cache lines do. */
const ALIGNMENT = 64;

interface Span {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  place(offset: number): void;
}

/** The largest first, each at the lowest place where none that lives at the same time is. Returns the bytes of all. */
function place(spans: readonly Span[]): number {
  const placed: { offset: number; end: number; span: Span }[] = [];
  let size = 0;
  for (const span of [...spans].sort((a, b) => b.bytes - a.bytes)) {
    let offset = 0;
    for (const other of placed) {
      if (other.span.last < span.first || span.last < other.span.first) continue;
      if (other.offset >= offset + span.bytes) break;
      offset = Math.max(offset, other.end);
    }
    const end = Math.ceil((offset + span.bytes) / ALIGNMENT) * ALIGNMENT;
    const at = placed.findIndex((p) => p.offset > offset);
    placed.splice(at < 0 ? placed.length : at, 0, { offset, end, span });
    span.place(offset);
    size = Math.max(size, end);
  }
  return size;
}

/** Bytes that a region needs; every block of it, and of the loops in it, is given its place. */
export function placeBlocks(region: Region): number {
  const spans = region.blocks.map(
    (block): Span => ({
      ...{ bytes: block.bytes, first: block.first, last: block.last },
      place: (offset) => {
        block.offset = offset;
      },
    }),
  );
  for (const [at, statement] of region.statements.entries()) {
    if (!("body" in statement)) continue;
    const bytes = placeBlocks(statement.body);
    const shift = (offset: number): void => {
      for (const block of everyBlock(statement.body)) block.offset += offset;
    };
    spans.push({ bytes, first: at, last: at, place: shift });
  }
  return place(spans);
}

function everyBlock({ blocks, statements }: Region): Block[] {
  return [...blocks, ...statements.flatMap((s) => ("body" in s ? everyBlock(s.body) : []))];
}
