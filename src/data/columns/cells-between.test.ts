import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsBetween } from "./cells-between.js";
import type { ColumnData } from "./column.js";
import { columnOf } from "./coordinates.js";

const column = (data: object) => columnOf({ name: "x", ...data } as ColumnData);

describe("cells between two coordinates", () => {
  it("are all categories over the whole line, in order", () => {
    const made = column({ kind: "category", values: [3, 5, 9], shares: [0.2, 0.7, 0.1] });
    expect(cellsBetween(made, -8, 8)).toEqual([3, 5, 9]);
  });

  it("are the numbers of a lattice, whatever its step, each once", () => {
    const lattice = fc.record({
      mean: fc.double({ min: -50, max: 50, noNaN: true }),
      scale: fc.double({ min: 0.1, max: 30, noNaN: true }),
      offset: fc.integer({ min: -20, max: 20 }),
      step: fc.constantFrom(0.1, 0.25, 1, 5, 1 / 3),
    });
    fc.assert(
      fc.property(lattice, fc.integer({ min: 0, max: 60 }), (given, n) => {
        const made = column({ kind: "whole", ...given });
        const first = made.encode(given.offset, 0.5);
        const last = made.encode(given.offset + n * given.step, 0.5);
        const cells = cellsBetween(made, first, last);
        expect(cells).toHaveLength(n + 1);
        for (const [k, cell] of cells.entries()) expect(cell).toBeCloseTo(given.offset + k * given.step, 8);
      }),
    );
  });

  it("are no more than are asked for", () => {
    const made = column({ kind: "whole", mean: 0, scale: 1, offset: 0, step: 1 });
    expect(cellsBetween(made, 0, 1e12, 3)).toEqual([0, 1, 2]);
  });

  it("are none of real columns", () => {
    expect(cellsBetween(column({ kind: "real", mean: 0, scale: 1 }), -1, 1)).toEqual([]);
  });
});
