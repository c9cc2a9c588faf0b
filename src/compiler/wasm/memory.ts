/** The memory that all modules of an engine share: blocks of it are taken, kept as long as one likes, and given back. */

import { InputError } from "../../util/errors.js";

const page = 65_536;
/** Where every block starts, so that no vector of one lies across two lines of a cache. */
const alignment = 64;
/** 4 GiB, what 32 bits address. */
const mostPages = 65_536;

export interface WasmMemory {
  readonly memory: WebAssembly.Memory;
  /**
   * The address of a block of at least so many bytes, a multiple of 64. What it holds is not cleared.
   * Memory may grow, which detaches every view of it made before.
   * @throws InputError when there is not as much memory.
   */
  alloc(bytes: number): number;
  /** Give a block back. Its address must be one that `alloc` gave and nobody has given back. */
  free(address: number): void;
  /** Bytes of all blocks that are taken. */
  used(): number;
}

interface Gap {
  at: number;
  bytes: number;
}

/** A memory of one page that grows to `pages` of 64 KiB at most. */
export function wasmMemory({ pages = mostPages }: { readonly pages?: number } = {}): WasmMemory {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: pages });
  const taken = new Map<number, number>();
  /** In order, no two side by side. The first line stays free: 0 is the address of nothing. */
  const gaps: Gap[] = [{ at: alignment, bytes: page - alignment }];
  let used = 0;

  function insert(at: number, bytes: number): void {
    const next = gaps.findIndex((gap) => gap.at > at);
    const i = next < 0 ? gaps.length : next;
    gaps.splice(i, 0, { at, bytes });
    for (const j of [i, i - 1]) {
      const [gap, after] = [gaps[j], gaps[j + 1]];
      if (!gap || !after || gap.at + gap.bytes !== after.at) continue;
      gap.bytes += after.bytes;
      gaps.splice(j + 1, 1);
    }
  }

  function grow(bytes: number): void {
    const end = memory.buffer.byteLength;
    const last = gaps.at(-1);
    const missing = bytes - (last && last.at + last.bytes === end ? last.bytes : 0);
    const least = Math.ceil(missing / page);
    // By half as much again, so that many small blocks cost few copies; if there is not as much, by what it takes.
    for (const more of [Math.min(Math.max(least, Math.ceil(end / page / 2)), pages - end / page), least])
      if (more >= least && grown(memory, more)) {
        insert(end, more * page);
        return;
      }
    throw new InputError(
      `WebAssembly has no memory for another ${megabytes(bytes)}: ${megabytes(used)} of at most ${megabytes(pages * page)} are taken; use smaller batches, or another engine`,
    );
  }

  return {
    memory,
    alloc(wanted) {
      if (!(wanted >= 0)) throw new Error(`a block of ${wanted} bytes`);
      const bytes = Math.max(1, Math.ceil(wanted / alignment)) * alignment;
      let i = gaps.findIndex((gap) => gap.bytes >= bytes);
      if (i < 0) {
        grow(bytes);
        i = gaps.length - 1;
      }
      const gap = gaps[i]!;
      const at = gap.at;
      gap.at += bytes;
      gap.bytes -= bytes;
      if (gap.bytes === 0) gaps.splice(i, 1);
      taken.set(at, bytes);
      used += bytes;
      return at;
    },
    free(address) {
      const bytes = taken.get(address);
      if (bytes === undefined) throw new Error(`no block of memory starts at ${address}`);
      taken.delete(address);
      used -= bytes;
      insert(address, bytes);
    },
    used: () => used,
  };
}

function grown(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages);
    return true;
  } catch {
    return false;
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
