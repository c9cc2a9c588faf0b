import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildProgram, hasSanitizers } from "../../../test/support/c-executable.js";
import { differences, growProgram, type RandomProgram, seeds } from "../../../test/support/fuzz/programs.js";
import { machineSuite } from "../../../test/support/machine-suite.js";
import { scratch, sharedScratch } from "../../../test/support/scratch.js";
import { bytesOf } from "../../ir/memory.js";
import { allocate, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import { emit } from "../emit.js";
import { plan } from "../plan.js";
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

  it("find nothing in random programs", async () => {
    const count = Number(process.env.EBBFLOW_FUZZ ?? 12);
    const drawn = fc.sample(seeds, {
      numRuns: count,
      seed: Number(process.env.EBBFLOW_FUZZ_SEED ?? 3),
      unbiased: true,
    });
    for (let first = 0; first < count; first += 12) {
      const programs = drawn.slice(first, first + 12).map((seed, i) => growProgram(seed, `p${i}`));
      expect(await wrongUnderSanitizers(programs)).toEqual([]);
    }
  });
});

const viewOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Several programs as one, whose every input and output is memory of its own, which ends where they end. */
async function wrongUnderSanitizers(programs: readonly RandomProgram[]): Promise<string[]> {
  const inputs = programs.flatMap((p) => Object.values(p.inputs));
  const outputs = programs.flatMap((p) => p.results.map(({ expr }) => expr));
  const program = plan(inputs, outputs);
  const got = outputs.map(({ dtype, shape }) => tensor(allocate(dtype, sizeOf(shape)), shape));
  const fed = programs.flatMap((p) => Object.values(p.feeds).map(viewOf));
  // Of bytes that nobody wrote numbers are NaN.
  const workspace = new Uint8Array(program.workspaceBytes).fill(0xff);
  const regions = [...fed, ...got.map(viewOf), program.constants, workspace];
  const sizes = [...[...inputs, ...outputs].map(bytesOf), program.constants.length, program.workspaceBytes];
  const run = await buildProgram(command, processor, scratch())((machine) => emit(machine, program), sizes);
  run(regions);
  let next = 0;
  return programs.flatMap((p) =>
    differences(
      p,
      p.results.map(() => got[next++]!),
    ),
  );
}
