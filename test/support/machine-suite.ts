/** What every target of the compiler must do: each instruction, kind and number of lanes against values of JavaScript. */

import { beforeAll, describe, expect, it } from "vitest";
import type { Callee, Machine } from "../../src/compiler/machine.js";
import { controlCases } from "./machine/control-cases.js";
import { conversionCases } from "./machine/conversion-cases.js";
import { elementwiseCases } from "./machine/elementwise-cases.js";
import { type LaneCounts, type MachineCase, oneNaN } from "./machine/machine-case.js";

export type { LaneCounts } from "./machine/machine-case.js";

/**
 * Builds a module of one entry, which `write` writes and which is given one address: that of a table of the addresses of
 * regions of so many bytes. What comes back runs it on such regions, in place.
 */
export type BuildMachine = (
  write: (machine: Machine) => Callee,
  bytes: readonly number[],
) => Promise<(regions: readonly Uint8Array[]) => void> | ((regions: readonly Uint8Array[]) => void);

interface Written {
  readonly machine: Machine;
  /** The regions of each case after it ran. */
  readonly after: ReadonlyMap<MachineCase, readonly Uint8Array[]>;
}

/** All cases as functions of one module, each given its own regions. */
function writeAll(machine: Machine, cases: readonly MachineCase[]): Callee {
  const written = cases.map((one) => {
    const functions = one.functions?.(machine) ?? [];
    return machine.define(one.regions.length, (to, regions) => one.write(to, regions, functions));
  });
  return machine.define(1, (to, [table]) => {
    let next = 0;
    cases.forEach((one, k) => {
      to.call(
        written[k]!,
        one.regions.map(() => to.loadPointer(table!, next++)),
      );
    });
  });
}

async function runAll(build: BuildMachine, cases: readonly MachineCase[]): Promise<Written> {
  let machine: Machine | undefined;
  const bytes = cases.flatMap((one) => one.regions.map((region) => region.length));
  const run = await build((given) => {
    machine = given;
    return writeAll(given, cases);
  }, bytes);
  const after = new Map(cases.map((one) => [one, one.regions.map((region) => region.slice())]));
  run([...after.values()].flat());
  return { machine: machine!, after };
}

/**
 * @param name of the target.
 * @param lanes that it is asked to take, 1 included: powers of two up to 16.
 */
export function machineSuite(name: string, build: BuildMachine, lanes: LaneCounts, skipped = false): void {
  describe.skipIf(skipped)(name, () => {
    const cases = [...elementwiseCases(lanes), ...conversionCases(lanes), ...controlCases(lanes)];
    let written: Written;
    beforeAll(async () => {
      written = await runAll(build, cases);
    });

    it.each(cases)("$title", (one) => {
      one.check(written.after.get(one)!, written.machine);
    });

    it("gives the same bits whatever the number of lanes", () => {
      const alone = new Map<string, Uint8Array>();
      for (const one of cases) {
        if (!one.group || !one.result) continue;
        const bytes = oneNaN(written.after.get(one)!.at(-1)!, one.result);
        const first = alone.get(one.group) ?? bytes;
        expect(Buffer.compare(first, bytes), one.title).toBe(0);
        alone.set(one.group, first);
      }
      expect(alone.size).toBeGreaterThan(50);
    });

    it("knows what it is", () => {
      const { lanes: widths, registers, pointerBytes } = written.machine;
      for (const count of [widths.f32, widths.f64]) expect(Math.log2(count) % 1).toBe(0);
      expect(registers).toBeGreaterThan(0);
      expect([4, 8]).toContain(pointerBytes);
    });
  });
}
