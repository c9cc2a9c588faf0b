import { type BuildMachine, machineSuite } from "../../../test/support/machine-suite.js";
import { sharedScratch } from "../../../test/support/scratch.js";
import { cMachine } from "./c-machine.js";
import { openCTarget } from "./compile-c.node.js";
import { isRefused } from "./run-tool.node.js";

const target = await openCTarget({ env: { ...process.env, EBBFLOW_CACHE: sharedScratch() } });
const missing = isRefused(target) ? ` (skipped: ${target.refused})` : "";

const build: BuildMachine = async (write, bytes) => {
  if (isRefused(target)) throw new Error(target.refused);
  const machine = cMachine(target.processor);
  const module = await target.compile(machine.finish(write(machine), bytes));
  if (isRefused(module)) throw new Error(module.refused);
  return module.run;
};

const lanes = [1, 2, 4, 8, 16];
machineSuite(`the C target${missing}`, build, { four: lanes, eight: lanes }, missing !== "");
