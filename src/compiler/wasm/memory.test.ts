import { describe, expect, it } from "vitest";
import { dice } from "../../../test/support/dice.js";
import { InputError } from "../../util/errors.js";
import { wasmMemory } from "./memory.js";

const page = 65_536;

describe("wasmMemory", () => {
  it("gives blocks that begin at multiples of 64, none at 0, and keeps apart what is written", () => {
    const heap = wasmMemory();
    const blocks = [0, 1, 64, 65, 1000, page, 3 * page + 1].map((bytes) => ({ bytes, at: heap.alloc(bytes) }));
    expect(blocks.every(({ at }) => at > 0 && at % 64 === 0)).toBe(true);
    const view = new Uint8Array(heap.memory.buffer);
    blocks.forEach(({ at, bytes }, k) => {
      view.fill(k + 1, at, at + bytes);
    });
    blocks.forEach(({ at, bytes }, k) => {
      expect(view.subarray(at, at + bytes).every((x) => x === k + 1)).toBe(true);
    });
  });

  it("is whole again after whatever was taken and given back", () => {
    const heap = wasmMemory();
    const roll = dice(7);
    const live = new Map<number, number>();
    for (let turn = 0; turn < 3000; turn++) {
      if (live.size > 0 && roll(2) === 0) {
        const at = [...live.keys()][roll(live.size)]!;
        heap.free(at);
        live.delete(at);
      } else {
        const bytes = 1 + roll(roll(10) === 0 ? 40_000 : 500);
        live.set(heap.alloc(bytes), Math.ceil(bytes / 64) * 64);
      }
      expect(heap.used()).toBe([...live.values()].reduce((a, b) => a + b, 0));
    }
    const order = [...live].sort(([a], [b]) => a - b);
    order.forEach(([at, bytes], k) => {
      expect(at + bytes).toBeLessThanOrEqual(order[k + 1]?.[0] ?? heap.memory.buffer.byteLength);
    });
    for (const at of live.keys()) heap.free(at);
    // One gap: all of it but the first line can be taken at once, without more memory.
    const all = heap.memory.buffer.byteLength;
    expect(heap.alloc(all - 64)).toBe(64);
    expect(heap.memory.buffer.byteLength).toBe(all);
  });

  it("takes what was given back again before it grows", () => {
    const heap = wasmMemory();
    const first = heap.alloc(1024);
    heap.alloc(64);
    heap.free(first);
    expect(heap.alloc(512)).toBe(first);
    expect(heap.alloc(512)).toBe(first + 512);
  });

  it("says in words that there is no more", () => {
    const heap = wasmMemory({ pages: 4 });
    heap.alloc(2 * page);
    expect(() => heap.alloc(2 * page)).toThrow(InputError);
    expect(() => heap.alloc(2 * page)).toThrow(/another 1 MiB: 1 MiB of at most 1 MiB are taken/);
    // What fits is still given.
    expect(heap.alloc(page)).toBeGreaterThan(0);
    expect(() => wasmMemory().alloc(5 * 2 ** 30)).toThrow(InputError);
  });

  it("refuses to take back what it has not given", () => {
    const heap = wasmMemory();
    const at = heap.alloc(64);
    heap.free(at);
    expect(() => heap.free(at)).toThrow(/no block/);
  });
});
