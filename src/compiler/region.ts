/** A program as statements over blocks of memory: what is run, where it reads and writes, and in which loops. */

import type { DType } from "../util/tensor.js";
import { BYTES, type KernelFunction } from "./kernels/kernel.js";
import type { TensorValue } from "./values.js";

/** Memory of its own: given from outside, or kept from the first statement of a region that uses it to the last. */
export interface Block {
  readonly bytes: number;
  /** The region whose statements use it; nothing where it is given from outside. */
  readonly region: Region | null;
  /** Number among those that are given. */
  readonly given: number;
  /** From the beginning of its region's memory. */
  offset: number;
}

/** Statements that run one after the other: a program, or the body of a loop. */
export interface Region {
  readonly statements: Statement[];
  readonly blocks: Block[];
}

/** An address: of a block, so many bytes on, and on with the step number of loops around. */
export interface Address {
  readonly block: Block;
  readonly bytes: number;
  readonly moving: readonly { readonly loop: Region; readonly bytes: number }[];
}

export type Statement =
  | { readonly kernel: KernelFunction; readonly addresses: readonly Address[] }
  /** The body so many times. */
  | { readonly body: Region; readonly length: number }
  /** The body while the truth at an address holds, at most as often as an int64 says, its step number at another. */
  | { readonly body: Region; readonly going: Address; readonly most: Address; readonly step: Address };

export const newRegion = (): Region => ({ statements: [], blocks: [] });

/** A block that is given from outside. */
export const givenBlock = (bytes: number, given: number): Block => ({ bytes, region: null, given, offset: 0 });

export function newBlock(region: Region, bytes: number): Block {
  const block: Block = { bytes, region, given: -1, offset: 0 };
  region.blocks.push(block);
  return block;
}

export const run = (region: Region, kernel: KernelFunction, addresses: readonly Address[]): void =>
  void region.statements.push({ kernel, addresses });

/** Every address that a statement uses, those in loops included. */
export function addressesOf(statement: Statement): readonly Address[] {
  if ("kernel" in statement) return statement.addresses;
  const inner = statement.body.statements.flatMap(addressesOf);
  return "going" in statement ? [...inner, statement.going, statement.most, statement.step] : inner;
}

/** The address of an element of a value, counted from the first of its memory. */
export const elementAt = ({ block, bytes, moving }: Address, dtype: DType, element: number): Address => ({
  ...{ block, moving },
  bytes: bytes + element * BYTES[dtype],
});

/** Where the elements of values begin, and in which region each is made. */
export interface Storage {
  addressOf(value: TensorValue): Address;
  has(value: TensorValue): boolean;
  put(value: TensorValue, address: Address): void;
}

export const startOf = (block: Block): Address => ({ block, bytes: 0, moving: [] });
