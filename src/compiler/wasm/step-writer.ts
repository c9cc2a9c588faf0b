/** The steps of a function while it is written: its registers, where each may be read, and its constants. */

import type { Kind, Pointer, Value } from "../machine.js";
import { type Body, signed, type Type, unsigned } from "./encode.js";
import { encodeBody, type Operand, type Step } from "./function-body.js";
import * as op from "./opcodes.js";

interface Scope {
  open: boolean;
}

/** What the code knows of a value. */
interface Origin {
  readonly operand: Operand;
  readonly scope: Scope;
  /** Bytes from what the operand says to where a pointer points: a load or a store adds them itself. */
  readonly offset: number;
  /** Whether a pointer may lie below what it will reach: below 0, even, which counts from the end of memory. */
  readonly below: boolean;
}

export class StepWriter {
  readonly pointers: readonly Pointer[];
  private readonly types: Type[] = [];
  private readonly origins: Origin[] = [];
  /** Constants of vectors, set once before everything else. */
  private readonly constants = new Map<string, number>();
  private readonly prologue: Step[] = [];
  private readonly steps: Step[] = [];
  private readonly scopes: Scope[] = [{ open: true }];
  /** How often memory, or what a register that changes holds, may have been written. */
  protected writes = 0;

  constructor(private readonly parameters: number) {
    this.pointers = Array.from({ length: parameters }, () => this.value("pointer", 1, this.register("i32")));
  }

  /** What has been written. */
  finish(): Body {
    const bytes = encodeBody(this.parameters, [...this.prologue, ...this.steps], (id) => this.types[id]!);
    return { parameters: this.parameters, bytes };
  }

  protected vectorConstant<K extends Kind>(kind: K, lanes: number, bytes: readonly number[]): Value<K> {
    const key = bytes.join();
    let register = this.constants.get(key);
    if (register === undefined) {
      register = this.register("v128");
      this.constants.set(key, register);
      this.prologue.push({ operands: [], code: [...op.vector.constant, ...bytes], result: register });
    }
    return this.value(kind, lanes, register, 0, this.scopes[0]);
  }

  protected sum(a: Value | Operand, b: Value | Operand): Operand {
    return this.operand(this.emit("pointer", 1, [a, b], op.i32.add));
  }

  protected inside(
    scope: "loop" | "other",
    operands: readonly Value[],
    code: readonly number[],
    body: () => void,
  ): void {
    this.act(operands, code, undefined, scope);
    const own = { open: true };
    this.scopes.push(own);
    body();
    own.open = false;
    this.scopes.pop();
    this.act([], op.control.end, undefined, "end");
  }

  /** An instruction that does more than give a result, after its operands. */
  protected act(
    from: readonly (Value | Operand)[],
    code: readonly number[],
    result?: number,
    scope?: "loop" | "other" | "end",
  ): void {
    const operands = from.map((one) => this.operand(one));
    this.steps.push({ operands, code, acts: true, ...(result !== undefined && { result }), ...(scope && { scope }) });
    this.writes++;
  }

  protected emit<K extends Kind>(
    kind: K,
    lanes: number,
    from: readonly (Value | Operand)[],
    code: readonly number[],
  ): Value<K> {
    const operands = from.map((one) => this.operand(one));
    const result = this.register(op.typeOf(kind, lanes));
    this.steps.push({ operands, code, result });
    return this.value(kind, lanes, result);
  }

  protected register(type: Type): number {
    this.types.push(type);
    return this.types.length - 1;
  }

  /** A number written into the code can be read everywhere, a register where it has been set. */
  protected value<K extends Kind>(
    kind: K,
    lanes: number,
    operand: Operand,
    offset = 0,
    scope = this.scopes.at(typeof operand === "number" ? -1 : 0)!,
    below = false,
  ): Value<K> {
    this.origins.push({ operand, scope, offset, below });
    return { kind, lanes, id: this.origins.length - 1 };
  }

  protected origin(x: Value): Origin {
    const origin = this.origins[Number(x.id)];
    if (!origin?.scope.open)
      throw new Error(`wasm: a value of ${x.lanes} ${x.kind} is read outside of where it is set`);
    return origin;
  }

  protected operand(x: Value | Operand): Operand {
    if (typeof x === "number" || !("kind" in x)) return x;
    const { operand, offset } = this.origin(x);
    return offset === 0 ? operand : this.sum(operand, number(offset));
  }

  /** What a load or store takes for `pointer + bytes`: an address on the stack, and what the instruction adds to it. */
  protected reach(pointer: Pointer, bytes: number): { operand: Operand; bytes: number[] } {
    const { operand, offset, below } = this.origin(pointer);
    const sum = offset + bytes;
    return sum === 0 || (sum > 0 && !below)
      ? { operand, bytes: unsigned(sum) }
      : { operand: this.sum(operand, number(sum)), bytes: unsigned(0) };
  }
}

/** A number written into the code. */
export const number = (x: number): number[] => [op.constantOf.i32, ...signed(BigInt(x | 0))];
