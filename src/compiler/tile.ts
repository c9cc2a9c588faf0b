/**
 * Rows in blocks: where statements that follow each other compute rows that do not know of each other, a block of rows
 * goes through all of them before the next, and what only they use needs no more memory than a block of rows.
 */

import type { KernelFunction, RowAccess, Rows } from "./kernels/kernel.js";
import { type Address, addressesOf, type Block, newBlock, newRegion, type Region, type Statement } from "./region.js";

/** How large blocks of rows are. */
export interface Tiling {
  /** They come in multiples of these: enough that panels of products are seldom read from a cache that is far. */
  readonly rows: number;
  /** Bytes that the rows of a block take, about: what a near cache holds. */
  readonly near: number;
}

export const usualTiling: Tiling = { rows: 64, near: 65536 };

/** A statement by rows. */
interface RowStatement {
  readonly kernel: KernelFunction;
  readonly addresses: readonly Address[];
  readonly rows: Rows;
}

interface Use {
  readonly address: Address;
  readonly access: RowAccess;
}

const byRows = (statement: Statement): RowStatement | null =>
  "kernel" in statement && statement.kernel.rows ? { ...statement, rows: statement.kernel.rows } : null;

const usesOf = ({ addresses, rows }: RowStatement): Use[] =>
  addresses.map((address, i) => ({ address, access: rows.parameters[i]! }));

const movesAlike = (a: Address, b: Address): boolean =>
  a.moving.length === b.moving.length &&
  a.moving.every(({ loop, bytes }, i) => loop === b.moving[i]!.loop && bytes === b.moving[i]!.bytes);

/** Whether two uses of a block touch the same row of it at the same row of their kernels, and no other. */
function keepToRows(a: Use, b: Use): boolean {
  const { step } = a.access;
  if (step <= 0 || step !== b.access.step || !movesAlike(a.address, b.address)) return false;
  const start = Math.floor((a.address.bytes - a.access.before) / step) * step;
  return [a, b].every(
    ({ address, access }) => address.bytes - access.before >= start && address.bytes + access.after <= start + step,
  );
}

/** Whether a statement may take its place among others that go through block by block of rows. */
function joins(run: readonly RowStatement[], next: RowStatement): boolean {
  if (run.length > 0 && run[0]!.rows.count !== next.rows.count) return false;
  const earlier = run.flatMap(usesOf);
  return usesOf(next).every((use) =>
    earlier.every(
      (other) =>
        other.address.block !== use.address.block ||
        (!other.access.writes && !use.access.writes) ||
        keepToRows(other, use),
    ),
  );
}

/** How many rows go through a run together. */
function blockOf(run: readonly RowStatement[], { rows, near }: Tiling): number {
  const steps = new Map(run.flatMap(usesOf).map(({ address, access }) => [address.block, Math.abs(access.step)]));
  const bytes = [...steps.values()].reduce((sum, step) => sum + step, 0);
  return Math.max(1, Math.floor(near / Math.max(bytes, 1) / rows)) * rows;
}

/** Tile the statements of a region, and of the loops in it. */
export function tileRows(region: Region, tiling: Tiling): void {
  for (const statement of region.statements) if ("body" in statement) tileRows(statement.body, tiling);
  const given = [...region.statements];
  const users = new Map<Block, number>();
  for (const statement of given)
    for (const block of new Set(addressesOf(statement).map((a) => a.block)))
      users.set(block, (users.get(block) ?? 0) + 1);
  region.statements.length = 0;
  let run: RowStatement[] = [];
  const close = (): void => {
    const block = blockOf(run, tiling);
    if (run.length > 1 && run[0]!.rows.count >= 2 * block) writeTiles(region, run, users, block);
    else for (const { kernel, addresses } of run) region.statements.push({ kernel, addresses });
    run = [];
  };
  for (const statement of given) {
    const next = byRows(statement);
    if (!next || !joins(run, next)) close();
    if (next) run.push(next);
    else region.statements.push(statement);
  }
  close();
}

/** Blocks of a region that nothing but a run uses, with the bytes of a row. */
function ownBlocks(
  region: Region,
  run: readonly RowStatement[],
  users: ReadonlyMap<Block, number>,
): Map<Block, number> {
  const own = new Map<Block, number>();
  const seen = new Map<Block, Use[]>();
  for (const use of run.flatMap(usesOf)) seen.set(use.address.block, [...(seen.get(use.address.block) ?? []), use]);
  for (const [block, uses] of seen) {
    const times = run.filter(({ addresses }) => addresses.some((a) => a.block === block)).length;
    const [first] = uses;
    const { step } = first!.access;
    const inside = uses.every((u) => keepToRows(first!, u) && u.address.moving.length === 0 && u.address.bytes < step);
    if (block.region === region && users.get(block) === times && inside) own.set(block, step);
  }
  return own;
}

function writeTiles(
  region: Region,
  run: readonly RowStatement[],
  users: ReadonlyMap<Block, number>,
  block: number,
): void {
  const { count } = run[0]!.rows;
  const whole = Math.floor(count / block);
  const inner = newRegion();
  const moved = new Map<Block, Block>();
  for (const [own, step] of ownBlocks(region, run, users)) {
    moved.set(own, newBlock(inner, step * block));
    region.blocks.splice(region.blocks.indexOf(own), 1);
  }
  const write = (to: Region, rows: number, place: (address: Address, step: number) => Address): void => {
    for (const statement of run)
      to.statements.push({
        kernel: statement.rows.take(rows),
        addresses: usesOf(statement).map(({ address, access }) => place(address, access.step)),
      });
  };
  write(inner, block, (address, step) => {
    const own = moved.get(address.block);
    if (own) return { ...address, block: own };
    return step === 0 ? address : { ...address, moving: [...address.moving, { loop: inner, bytes: step * block }] };
  });
  region.statements.push({ body: inner, length: whole });
  const rest = count - whole * block;
  if (rest === 0) return;
  // The rows that are left, as another loop of one turn: what only they use lies in memory of their own.
  const tail = newRegion();
  const again = new Map([...moved].map(([old, { bytes }]) => [old, newBlock(tail, bytes)]));
  write(tail, rest, (address, step) => {
    const own = again.get(address.block);
    return own ? { ...address, block: own } : { ...address, bytes: address.bytes + whole * block * step };
  });
  region.statements.push({ body: tail, length: 1 });
}
