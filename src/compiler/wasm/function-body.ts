/**
 * A function as steps over registers of which there are as many as one likes, and its bytes: steps whose result nobody
 * reads are left out, registers share locals once they are no longer read.
 */

import { type Type, types, unsigned } from "./encode.js";
import { local } from "./opcodes.js";

/** What a step reads: a register, or a number written into the code. */
export type Operand = number | readonly number[];

export interface Step {
  readonly operands: readonly Operand[];
  readonly code: readonly number[];
  /** The register that is written. */
  readonly result?: number;
  /** Does more than write its result, so that it stays even if nobody reads that. */
  readonly acts?: boolean;
  readonly scope?: "loop" | "other" | "end";
}

interface Loop {
  readonly start: number;
  end: number;
  readonly outer: Loop | undefined;
}

const registers = (step: Step): number[] => step.operands.filter((one) => typeof one === "number");

/** The steps that do something or are read, and how often each register is read. */
function keepRead(steps: readonly Step[]): { kept: Step[]; reads: Map<number, number> } {
  const reads = new Map<number, number>();
  const kept: Step[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (!step.acts && !step.scope && step.result !== undefined && !reads.has(step.result)) continue;
    kept.push(step);
    for (const id of registers(step)) reads.set(id, (reads.get(id) ?? 0) + 1);
  }
  return { kept: kept.reverse(), reads };
}

/** The innermost loop around each step. */
function findLoops(steps: readonly Step[]): (Loop | undefined)[] {
  const open: (Loop | undefined)[] = [undefined];
  return steps.map((step, start) => {
    const inner = open.at(-1);
    if (step.scope === "loop") open.push({ start, end: start, outer: inner });
    if (step.scope === "other") open.push(inner);
    if (step.scope === "end") {
      const closed = open.pop();
      if (closed && closed !== open.at(-1)) closed.end = start;
    }
    return open.at(-1);
  });
}

/** The last step at which each register holds something: what is written outside a loop and read in it, to its end. */
function findLastTouch(steps: readonly Step[]): Map<number, number> {
  const loops = findLoops(steps);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [at, step] of steps.entries())
    for (const id of [...registers(step), ...(step.result === undefined ? [] : [step.result])]) {
      if (!first.has(id)) first.set(id, at);
      last.set(id, at);
    }
  for (const [id, at] of last) {
    let until = at;
    for (let loop = loops[at]; loop && loop.start > first.get(id)!; loop = loop.outer) until = loop.end;
    last.set(id, until);
  }
  return last;
}

/** Which register is left on the stack by a step for the next, its only reader. */
function findPassed(steps: readonly Step[], reads: ReadonlyMap<number, number>): Set<number> {
  const passed = new Set<number>();
  for (const [i, { result, acts }] of steps.entries())
    if (result !== undefined && !acts && steps[i + 1]?.operands[0] === result && reads.get(result) === 1)
      passed.add(result);
  return passed;
}

/** A place for each register among the locals of its type, taken again when nothing reads what it held. */
function share(steps: readonly Step[], passed: ReadonlySet<number>, typeOf: (id: number) => Type) {
  const last = findLastTouch(steps);
  const ends = new Map<number, number[]>();
  const place = new Map<number, number>();
  const free = new Map<Type, number[]>();
  const count = new Map<Type, number>();
  for (const [at, step] of steps.entries()) {
    for (const id of ends.get(at) ?? []) free.get(typeOf(id))!.push(place.get(id)!);
    const id = step.result;
    if (id === undefined || passed.has(id) || place.has(id)) continue;
    const type = typeOf(id);
    if (!free.has(type)) free.set(type, []);
    const taken = free.get(type)!.pop() ?? count.get(type) ?? 0;
    count.set(type, Math.max(taken + 1, count.get(type) ?? 0));
    place.set(id, taken);
    const end = Math.max(last.get(id)!, at + 1);
    ends.set(end, [...(ends.get(end) ?? []), id]);
  }
  return { place, count };
}

/** The bytes of a function: its locals, then its steps. Registers below `parameters` are its parameters. */
export function encodeBody(parameters: number, all: readonly Step[], typeOf: (id: number) => Type): Uint8Array {
  const { kept: steps, reads } = keepRead(all);
  const passed = findPassed(steps, reads);
  const { place, count } = share(steps, passed, typeOf);
  const start = new Map<Type, number>();
  const out = [...unsigned(count.size)];
  let next = parameters;
  for (const [type, n] of count) {
    start.set(type, next);
    next += n;
    out.push(...unsigned(n), types[type]);
  }
  const localOf = (id: number) => unsigned(id < parameters ? id : start.get(typeOf(id))! + place.get(id)!);
  /** A register on the stack that must still be written to its local. */
  let held: number | undefined;
  for (const { operands, code, result } of steps) {
    const taken = held !== undefined && operands[0] === held;
    if (held !== undefined && !passed.has(held)) out.push(taken ? local.tee : local.set, ...localOf(held));
    for (const one of taken ? operands.slice(1) : operands)
      out.push(...(typeof one === "number" ? [local.get, ...localOf(one)] : one));
    for (const byte of code) out.push(byte);
    held = result;
  }
  if (held !== undefined) out.push(local.set, ...localOf(held));
  out.push(0x0b);
  return Uint8Array.from(out);
}
