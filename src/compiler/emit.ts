/** A program written for a target: every distinct kernel once, and one function that calls them in loops. */

import type { KernelFunction } from "./kernels/kernel.js";
import type { Assembler, Callee, Index, Machine, Pointer } from "./machine.js";
import type { LoopProgram } from "./plan.js";
import type { Address, Region, Statement } from "./region.js";

/**
 * Write a program. The function that is returned takes the address of a table of addresses: of the inputs, the outputs,
 * the constants and the workspace.
 */
export function emit(machine: Machine, program: LoopProgram): Callee {
  const kernels = defineKernels(machine, program.region, new Map());
  const given = program.inputs.length + program.outputs.length;
  return machine.define(1, (to, [table]) => {
    const pointers = Array.from({ length: given + 2 }, (_, i) => to.loadPointer(table!, i));
    const counters = new Map<Region, Index>();
    const pointerTo = ({ block, bytes, moving }: Address): Pointer => {
      const base = block.region ? pointers[given + 1]! : pointers[block.given]!;
      const start = bytes + (block.region ? block.offset : 0);
      let pointer = start === 0 ? base : to.at(base, null, 0, start);
      for (const { loop, bytes: step } of moving) pointer = to.at(pointer, counters.get(loop)!, step);
      return pointer;
    };
    const write = (statement: Statement): void => {
      if ("kernel" in statement) to.call(kernels.get(statement.kernel.key)!, statement.addresses.map(pointerTo));
      else if ("length" in statement)
        to.loop({ to: statement.length }, (i) => {
          counters.set(statement.body, i);
          statement.body.statements.forEach(write);
        });
      else writeConditional(to, statement, pointerTo, write);
    };
    program.region.statements.forEach(write);
  });
}

function writeConditional(
  to: Assembler,
  { body, going, most, step }: Extract<Statement, { going: Address }>,
  pointerTo: (address: Address) => Pointer,
  write: (statement: Statement) => void,
): void {
  const [asked, limit, counter] = [pointerTo(going), to.load("i64", 1, pointerTo(most)), pointerTo(step)];
  to.store(counter, to.constant("i64", 1, 0n));
  const goesOn = () => {
    const early = to.binary("less", to.load("i64", 1, counter), limit);
    const [yes, no] = [to.constant("i32", 1, 1), to.constant("i32", 1, 0)];
    const holds = to.binary("and", to.select(early, yes, no), to.select(to.loadTruth(asked), yes, no));
    return to.binary("equal", holds, yes);
  };
  to.repeat(goesOn, () => {
    body.statements.forEach(write);
    to.store(counter, to.binary("add", to.load("i64", 1, counter), to.constant("i64", 1, 1n)));
  });
}

function defineKernels(machine: Machine, { statements }: Region, known: Map<string, Callee>): Map<string, Callee> {
  for (const statement of statements)
    if ("body" in statement) defineKernels(machine, statement.body, known);
    else if (!known.has(statement.kernel.key)) known.set(statement.kernel.key, define(machine, statement.kernel));
  return known;
}

const define = (machine: Machine, kernel: KernelFunction): Callee =>
  machine.define(kernel.parameters, (to, pointers) => kernel.write(to, machine, pointers));
