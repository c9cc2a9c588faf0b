/** Where blocks lie: those that are used at the same time lie apart, others share. */

import { addressesOf, type Block, type Region } from "./region.js";

/** Blocks begin at multiples of this, as vectors and cache lines do. */
export const ALIGNMENT = 64;

interface Span {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  place(offset: number): void;
}

/** What was placed, by where it begins: four numbers each, in one array, for every span is compared with many. */
function newPlaces(count: number) {
  const [OFFSET, END, FIRST, LAST, EACH] = [0, 1, 2, 3, 4];
  const placed = new Float64Array(count * EACH);
  let used = 0;
  return {
    /** The lowest offset at which nothing lies while a span lives. */
    free({ bytes, first, last }: Span): number {
      let offset = 0;
      for (let i = 0; i < used; i += EACH) {
        if (placed[i + LAST]! < first || last < placed[i + FIRST]!) continue;
        if (placed[i + OFFSET]! >= offset + bytes) break;
        offset = Math.max(offset, placed[i + END]!);
      }
      return offset;
    },
    add(offset: number, end: number, { first, last }: Span): void {
      let at = used;
      while (at > 0 && placed[at - EACH + OFFSET]! > offset) at -= EACH;
      placed.copyWithin(at + EACH, at, used);
      placed.set([offset, end, first, last], at);
      used += EACH;
    },
  };
}

/** The largest first, each at the lowest place where none that lives at the same time is. Returns the bytes of all. */
function place(spans: readonly Span[]): number {
  const places = newPlaces(spans.length);
  let size = 0;
  for (const span of [...spans].sort((a, b) => b.bytes - a.bytes)) {
    const offset = places.free(span);
    const end = Math.ceil((offset + span.bytes) / ALIGNMENT) * ALIGNMENT;
    places.add(offset, end, span);
    span.place(offset);
    size = Math.max(size, end);
  }
  return size;
}

/** The statements of a region between which each of its blocks is used. */
function lifetimes({ statements }: Region): Map<Block, { first: number; last: number }> {
  const lives = new Map<Block, { first: number; last: number }>();
  for (const [at, statement] of statements.entries())
    for (const { block } of addressesOf(statement)) {
      const life = lives.get(block);
      if (life) life.last = at;
      else lives.set(block, { first: at, last: at });
    }
  return lives;
}

/** Bytes that a region needs; every block of it, and of the loops in it, is given its place. */
export function placeBlocks(region: Region): number {
  const lives = lifetimes(region);
  const spans = region.blocks.flatMap((block): Span[] => {
    const life = lives.get(block);
    const place = (offset: number): void => {
      block.offset = offset;
    };
    return life ? [{ bytes: block.bytes, ...life, place }] : [];
  });
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
