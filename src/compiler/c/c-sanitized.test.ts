import { describe, expect, it } from "vitest";
import { buildProgram, hasSanitizers } from "../../../test/support/c-executable.js";
import { machineSuite } from "../../../test/support/machine-suite.js";
import { scratch, sharedScratch } from "../../../test/support/scratch.js";
import { openCTarget } from "./compile-c.node.js";
import { isRefused } from "./run-tool.node.js";

const dir = sharedScratch();
const target = await openCTarget({ env: { ...process.env, EBBFLOW_CACHE: dir } });
const processor = isRefused(target) ? ({ lanes: 4, registers: 16, fused: false } as const) : target.processor;
const command = isRefused(target)
  ? ["cc"]
  : [...target.command, ...target.flags.filter((flag) => !["-shared", "-nostdlib", "-O2"].includes(flag))];
const missing = isRefused(target) || !hasSanitizers(command, dir);

machineSuite(
  `the C target under sanitizers${missing ? " (skipped: there are none)" : ""}`,
  buildProgram(command, processor, dir),
  { four: [1, processor.lanes], eight: [1, processor.lanes / 2] },
  missing,
);

describe.skipIf(missing)("sanitizers", () => {
  it("end a program that reads beyond its memory", async () => {
    const run = buildProgram(
      command,
      processor,
      scratch(),
    )(
      (machine) =>
        machine.define(1, (to, [table]) => {
          const region = to.loadPointer(table!, 0);
          to.store(region, to.load("f32", 4, region, 4));
        }),
      [16],
    );
    await expect((async () => (await run)([new Uint8Array(16)]))()).rejects.toThrow(/AddressSanitizer/);
  });
});
