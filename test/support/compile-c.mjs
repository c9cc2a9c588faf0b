// Compiles one module in a process of its own: node compile-c.mjs <cache folder> <temporary folder> <factor>
// Prints what it computes of 2, or why it computes nothing.

import { cMachine } from "../../dist/compiler/c/c-machine.js";
import { openCTarget } from "../../dist/compiler/c/compile-c.node.js";

const [EBBFLOW_CACHE, TMPDIR, factor] = process.argv.slice(2);
const target = await openCTarget({ env: { ...process.env, EBBFLOW_CACHE, TMPDIR } });
if (target.refused) throw new Error(target.refused);
const machine = cMachine(target.processor);
const entry = machine.define(1, (to, [table]) => {
  const x = to.loadPointer(table, 0);
  to.store(x, to.binary("mul", to.load("f32", 1, x), to.constant("f32", 1, Number(factor))));
});
const module = await target.compile(machine.finish(entry, [4]));
if (module.refused) throw new Error(module.refused);
const x = Float32Array.of(2);
module.run([x]);
console.log(x[0]);
