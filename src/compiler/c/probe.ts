/** The first module that a compiler is given: what it computes is known. */

import { cMachine } from "./c-machine.js";
import type { Processor } from "./processor.js";

/** `a b + c` of as many numbers as one register holds, of which the last is infinite and the one before it no number. */
export function probeSource(processor: Processor): string {
  const { lanes } = processor;
  const machine = cMachine(processor);
  const entry = machine.define(1, (to, [table]) => {
    const [a, b] = [0, 1].map((k) => to.load("f32", lanes, to.loadPointer(table!, k)));
    to.store(to.loadPointer(table!, 2), to.multiplyAdd(a!, b!, to.constant("f32", lanes, 1)));
  });
  const bytes = lanes * 4;
  return machine.finish(entry, [bytes, bytes, bytes]);
}

/** A script for a Node of its own, which is given the path of the compiled module and writes `right`. */
export const probeScript = ({ lanes }: Processor): string => `
const module = { exports: {} };
process.dlopen(module, process.argv[1]);
const a = Float32Array.from({ length: ${lanes} }, (_, k) => (k === ${lanes - 1} ? Infinity : k === ${lanes - 2} ? NaN : k));
const b = new Float32Array(${lanes}).fill(3), c = new Float32Array(${lanes});
module.exports.run(a, b, c);
let refuses = false;
try { module.exports.run(a, b, c.subarray(1)); } catch { refuses = true; }
if (refuses && c.every((x, k) => Object.is(x, a[k] * 3 + 1))) process.stdout.write("right");
`;
