/**
 * Matrix products in tiles of registers, with a body over what they come to. A tile of some rows and some vectors of
 * columns is summed over the whole inner axis in registers, so that every number read is used often (Goto & van de Geijn
 * 2008); the right operand is read from panels as wide as a tile where it does not lie well by itself.
 */

import type { Assembler, Machine, Pointer, Value, Variable } from "../machine.js";
import { bodyDtypes, bodyKey, computeBody, type Fixed, type KernelBody, writeBody } from "./body.js";
import { restrided, rowsOf } from "./elementwise.js";
import { BYTES, type KernelFunction, rowAccess, widthsFor } from "./kernel.js";
import { loopOver } from "./nest.js";

export interface Product {
  readonly dtype: "float32" | "float64";
  /** Sizes of the leading axes, rows, columns, and the axis that is summed over. */
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Strides in elements: along the leading axes, the rows, the summed axis. */
  readonly a: readonly number[];
  /** Along the leading axes, the summed axis, the columns; `panels` where it was packed. */
  readonly b: readonly number[] | "panels";
  /** Over the leading axes, rows and columns; it is given the product. */
  readonly after: KernelBody;
}

/** Bytes that a product needs for one tile. */
export const TILE_BYTES = 2048;

/** A function over the addresses of both operands, of room for a tile, and of what the body reads and writes. */
export function product(parts: Product): KernelFunction {
  const { dtype, batch, m, n, k, a, b, after } = parts;
  return {
    key: `product ${dtype} ${batch} | ${m} ${n} ${k} | ${a} | ${b} ${bodyKey(after)}`,
    parameters: 3 + after.reads.length + after.writes.length,
    rows: batch.length > 0 ? undefined : rowsOfProduct(parts),
    write: (to, machine, pointers) => writeProduct(to, machine, pointers, parts),
  };
}

function rowsOfProduct(parts: Product): KernelFunction["rows"] {
  const { dtype, m, n, k, a, after } = parts;
  const same = { step: 0, before: 0, after: 0, writes: false };
  const left = rowAccess({ dtype, strides: a }, [k], false);
  // Room for a tile is written before it is read.
  return {
    count: m,
    parameters: [left, same, same, ...rowsOf(after, [n])],
    take: (rows) => product({ ...parts, m: rows }),
  };
}

/** Columns that one tile covers. */
interface Strip {
  readonly from: number;
  readonly lanes: number;
  readonly vectors: number;
  /** How many such strips follow each other. */
  readonly count: number;
}

/** Vectors of a tile side by side. */
const VECTORS = 2;

/** Columns in strips: of two full vectors as long as there are as many, then of one ever narrower. */
function columnStrips(n: number, widths: readonly number[]): Strip[] {
  const found: Strip[] = [];
  let from = 0;
  const widest = widths[0]!;
  for (const [lanes, vectors] of [[widest, VECTORS], ...widths.map((w) => [w, 1])] as [number, number][]) {
    const count = Math.floor((n - from) / (lanes * vectors));
    if (count === 0) continue;
    found.push({ from, lanes, vectors, count });
    from += count * lanes * vectors;
  }
  return found;
}

/** Rows of a tile: what fits the registers beside a vector of each operand, then ever fewer. */
function rowBlocks(m: number, registers: number): { from: number; rows: number; count: number }[] {
  const found = [];
  let from = 0;
  for (let rows = registers >= 32 ? 8 : 4; rows >= 1; rows /= 2) {
    const count = Math.floor((m - from) / rows);
    if (count > 0) found.push({ from, rows, count });
    from += count * rows;
  }
  return found;
}

const widthsOf = ({ dtype, after }: Product, machine: Machine): number[] => {
  const narrowest = widthsFor([dtype, ...bodyDtypes(after)], machine);
  return narrowest.length > 1 ? narrowest : widthsFor([dtype], machine);
};

function writeProduct(to: Assembler, machine: Machine, pointers: readonly Pointer[], parts: Product): void {
  const { dtype, batch, m, n, k, a, b, after } = parts;
  const size = BYTES[dtype];
  const accesses = [...after.reads, ...after.writes];
  const lead = batch.length;
  const scale = (strides: readonly number[], bytes: number): number[] => strides.map((s) => s * bytes);
  const outer = {
    sizes: batch,
    strides: [
      scale(a.slice(0, lead), size),
      b === "panels" ? batch.map(() => 0) : scale(b.slice(0, lead), size),
      batch.map(() => 0),
      ...accesses.map((x) => scale(x.strides.slice(0, lead), BYTES[x.dtype])),
    ],
  };
  const [am, ak] = [a[lead]! * size, a[lead + 1]! * size];
  const rowSteps = accesses.map((x) => x.strides[lead]! * BYTES[x.dtype]);
  const columnSteps = accesses.map((x) => x.strides[lead + 1]! * BYTES[x.dtype]);
  loopOver(to, outer, pointers, ([pa, pb, tile, ...rest]) => {
    for (const { from, lanes, vectors, count } of columnStrips(n, widthsOf(parts, machine))) {
      const width = lanes * vectors;
      // A panel holds its columns for one element of the summed axis after the other.
      const [bk, bn] = b === "panels" ? [width * size, size] : [b[lead]! * size, b[lead + 1]! * size];
      const perColumn = b === "panels" ? k * size : bn;
      to.loop({ to: count }, (strip) => {
        const right = to.at(pb!, strip, width * perColumn, from * perColumn);
        const columns = rest.map((p, i) =>
          columnSteps[i] === 0 ? p : to.at(p, strip, width * columnSteps[i]!, from * columnSteps[i]!),
        );
        for (const block of rowBlocks(m, machine.registers))
          to.loop({ to: block.count }, (r) => {
            const left = to.at(pa!, r, block.rows * am, block.from * am);
            const here = columns.map((p, i) =>
              rowSteps[i] === 0 ? p : to.at(p, r, block.rows * rowSteps[i]!, block.from * rowSteps[i]!),
            );
            const shape = { rows: block.rows, lanes, vectors, k, am, ak, bk, bn };
            const sums = sumTile(to, parts.dtype, shape, left, right);
            finishTile(to, parts, { ...shape, rowSteps, columnSteps }, sums, tile!, here);
          });
      });
    }
  });
}

interface Tile {
  readonly rows: number;
  readonly lanes: number;
  readonly vectors: number;
  readonly k: number;
  /** Bytes from row to row of the left operand, and along the summed axis of either; from column to column of the right. */
  readonly am: number;
  readonly ak: number;
  readonly bk: number;
  readonly bn: number;
}

/** Sums of a tile, row by row. */
function sumTile(to: Assembler, dtype: Product["dtype"], tile: Tile, left: Pointer, right: Pointer): Variable[] {
  const { rows, lanes, vectors, k, am, ak, bk, bn } = tile;
  const kind = dtype === "float32" ? "f32" : "f64";
  const sums = Array.from({ length: rows * vectors }, () => to.variable(to.constant(kind, lanes, 0)));
  to.loop({ to: k }, (i) => {
    const [a, b] = [to.at(left, i, ak), to.at(right, i, bk)];
    const column = (j: number): Value =>
      lanes === 1 || bn === BYTES[dtype]
        ? to.load(kind, lanes, b, j * lanes * bn)
        : to.pack(Array.from({ length: lanes }, (_, l) => to.load(kind, 1, b, (j * lanes + l) * bn)));
    const columns = Array.from({ length: vectors }, (_, j) => column(j));
    for (let r = 0; r < rows; r++) {
      const x = to.load(kind, 1, a, r * am);
      const row = lanes === 1 ? x : to.splat(x, lanes);
      for (const [j, y] of columns.entries()) {
        const sum = sums[r * vectors + j]!;
        to.assign(sum, to.multiplyAdd(row, y, sum));
      }
    }
  });
  return sums;
}

/** The body over a tile: at once where it only stores, else row by row from memory, so that it is written once. */
function finishTile(
  to: Assembler,
  { dtype, after }: Product,
  tile: Tile & { readonly rowSteps: readonly number[]; readonly columnSteps: readonly number[] },
  sums: readonly Variable[],
  room: Pointer,
  pointers: readonly Pointer[],
): void {
  const { rows, lanes, vectors, rowSteps, columnSteps } = tile;
  const bytes = lanes * BYTES[dtype];
  const strides = [...after.reads, ...after.writes].map((x, i) => [columnSteps[i]! / BYTES[x.dtype]]);
  const body = restrided(after, strides);
  const moved = (row: readonly Pointer[], j: number): Pointer[] =>
    row.map((p, i) => (columnSteps[i] === 0 ? p : to.at(p, null, 0, j * lanes * columnSteps[i]!)));
  const still: Fixed = after.reads.map(() => null);
  const finish = (row: readonly Pointer[], j: number, value: Value): void => {
    const here = moved(row, j);
    const reads = here.slice(0, after.reads.length);
    const results = computeBody(to, body, lanes, { pointers: reads, fixed: still, given: [{ dtype, value }] });
    writeBody(to, body, results, here.slice(after.reads.length));
  };
  const rowAt = (r: number): Pointer[] =>
    pointers.map((p, i) => (rowSteps[i] === 0 ? p : to.at(p, null, 0, r * rowSteps[i]!)));
  if (after.steps.length === 0 || rows === 1) {
    for (let r = 0; r < rows; r++) {
      const row = rowAt(r);
      for (let j = 0; j < vectors; j++) finish(row, j, sums[r * vectors + j]!);
    }
    return;
  }
  for (const [i, sum] of sums.entries()) to.store(room, sum, i * bytes);
  const kind = dtype === "float32" ? "f32" : "f64";
  to.loop({ to: rows }, (r) => {
    const row = pointers.map((p, i) => (rowSteps[i] === 0 ? p : to.at(p, r, rowSteps[i]!)));
    const from = to.at(room, r, vectors * bytes);
    for (let j = 0; j < vectors; j++) finish(row, j, to.load(kind, lanes, from, j * bytes));
  });
}

/** Room that a packed operand takes is that of the operand. A function over its address and that of the panels. */
export function packPanels(
  dtype: Product["dtype"],
  k: number,
  n: number,
  strides: readonly [number, number],
): KernelFunction {
  const [sk, sn] = strides.map((s) => s * BYTES[dtype]) as [number, number];
  const size = BYTES[dtype];
  const kind = dtype === "float32" ? "f32" : "f64";
  return {
    key: `panels ${dtype} ${k} ${n} ${strides}`,
    parameters: 2,
    write(to, machine, [from, panels]) {
      for (const { from: first, lanes, vectors, count } of columnStrips(n, widthsFor([dtype], machine))) {
        const width = lanes * vectors;
        to.loop({ to: count }, (strip) => {
          const source = to.at(from!, strip, width * sn, first * sn);
          const target = to.at(panels!, strip, width * k * size, first * k * size);
          to.loop({ to: k }, (i) => {
            const [row, panel] = [to.at(source, i, sk), to.at(target, i, width * size)];
            for (let j = 0; j < width; j += sn === size ? lanes : 1)
              to.store(panel, to.load(kind, sn === size ? lanes : 1, row, j * sn), j * size);
          });
        });
      }
    },
  };
}
