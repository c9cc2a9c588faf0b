import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeExperiment, fakeRunner } from "../../test/support/fake-experiment.js";
import { scratch } from "../../test/support/scratch.js";
import { type ExecutionProgress, executeExperiments, type Reproduction } from "./execute.node.js";
import type { Experiment } from "./experiment.js";
import { openLedger } from "./ledger.node.js";

const into = (folder: string, experiment: Experiment, units: number): Reproduction => ({
  experiment,
  asked: { budget: "quick", seeds: units, seed: 0 },
  out: join(folder, experiment.name),
});

/** What waits until it is opened. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

it("does every unit once, those of the experiment with the fewest first, and keeps the order of what was asked", async () => {
  const folder = scratch();
  const asked = [into(folder, fakeExperiment("many"), 4), into(folder, fakeExperiment("few"), 2)];
  const began: string[] = [];
  let [atWork, most] = [0, 0];
  const runner = fakeRunner(async (unit) => {
    began.push(unit);
    most = Math.max(most, ++atWork);
    await new Promise(setImmediate);
    atWork--;
  });
  const found = await executeExperiments(asked, { jobs: 2, runner });
  expect(began).toEqual(["few 0", "few 1", "many 0", "many 1", "many 2", "many 3"]);
  expect(most).toBe(2);
  expect(found.map(({ experiment, outcome }) => [experiment.name, outcome?.numbers])).toEqual([
    ["many", [0, 10, 20, 30]],
    ["few", [0, 10]],
  ]);
});

it("leaves no job idle at the end of an experiment, and concludes each as soon as its units are done", async () => {
  const folder = scratch();
  const happened: string[] = [];
  const states: ExecutionProgress[] = [];
  // The long unit goes on until the other job has begun the last of the next experiment, which goes on longer.
  const [long, longer] = [gate(), gate()];
  const runner = fakeRunner(async (unit) => {
    if (unit === "many 2") long.open();
    await { "few 0": long.opened, "many 2": longer.opened }[unit];
    happened.push(unit);
  });
  await executeExperiments([into(folder, fakeExperiment("many"), 3), into(folder, fakeExperiment("few"), 1)], {
    ...{ jobs: 2, runner, progress: (state) => states.push(state) },
    concluded: ({ experiment, out }) => {
      happened.push(`concluded ${experiment.name}`);
      longer.open();
      for (const file of ["report.html", "results.json", "figures"]) expect(existsSync(join(out, file))).toBe(true);
      // The folder is free again.
      openLedger(out, experiment, true).close();
    },
  });
  expect(happened).toEqual(["many 0", "many 1", "few 0", "concluded few", "many 2", "concluded many"]);
  expect(states).toContainEqual({
    ...{ finished: 2, total: 4 },
    active: [
      { experiment: "few", label: "unit 0", done: 0.5 },
      { experiment: "many", label: "unit 2", done: 0.5 },
    ],
  });
  expect(states.at(-1)).toEqual({ finished: 4, total: 4, active: [] });
});

it("goes on where it was stopped: units that are finished are not repeated, nor their seconds forgotten", async () => {
  const folder = scratch();
  const [sums, products] = [into(folder, fakeExperiment("sums"), 3), into(folder, fakeExperiment("products"), 2)];
  for (const { experiment, out } of [sums, products]) {
    const ledger = openLedger(out, experiment, true);
    for (const unit of [0, 1]) ledger.add(unit, { result: unit - 7, seconds: 100 });
    ledger.close();
  }
  const began: string[] = [];
  const runner = fakeRunner((unit) => began.push(unit));
  const [first, second] = await executeExperiments([sums, products], { jobs: 2, resume: true, runner });
  expect(began).toEqual(["sums 2"]);
  expect(first!.outcome!.numbers).toEqual([-7, -6, 20]);
  expect(second!.outcome!.numbers).toEqual([-7, -6]);
  expect(second!.seconds).toBe(200);
  expect(first!.seconds).toBeGreaterThan(200);
  // Without being told to go on it does them.
  const [afresh] = await executeExperiments([products], { jobs: 1, runner });
  expect(afresh!.outcome!.numbers).toEqual([0, 10]);
});

it("leaves nothing of an earlier run that could be taken for what this one found", async () => {
  const folder = scratch();
  const sums = into(folder, fakeExperiment("sums"), 1);
  const left = ["results.json", "report.html", join("figures", "old.svg")].map((name) => join(sums.out, name));
  const leave = (): void => {
    mkdirSync(join(sums.out, "figures"), { recursive: true });
    for (const file of left) writeFileSync(file, "old");
  };
  leave();
  const runner = fakeRunner(() => {
    for (const file of left) expect(existsSync(file)).toBe(false);
  });
  await executeExperiments([sums], { jobs: 1, runner });
  expect(left.map((file) => existsSync(file))).toEqual([true, true, false]);
  leave();
  await executeExperiments([sums], { jobs: 1, resume: true, runner });
  expect(existsSync(left[2]!)).toBe(false);
  expect(readFileSync(left[0]!, "utf8")).toContain('"sums"');
});

it("gives up an experiment that throws, keeps what its units found, and goes on with the others", async () => {
  const folder = scratch();
  const no = (): never => {
    throw new Error("no");
  };
  const asked = [
    into(folder, fakeExperiment("planless", { plan: no }), 2),
    into(folder, fakeExperiment("torn"), 3),
    into(folder, fakeExperiment("endless", { conclude: no }), 1),
    into(folder, fakeExperiment("sound"), 4),
  ];
  const began: string[] = [];
  const runner = fakeRunner((unit) => {
    began.push(unit);
    if (unit === "torn 1") no();
  });
  const [planless, torn, endless, sound] = await executeExperiments(asked, { jobs: 1, runner });
  expect(began.filter((unit) => unit.startsWith("torn"))).toEqual(["torn 0", "torn 1"]);
  for (const { failure, outcome } of [planless!, torn!, endless!]) {
    expect(String(failure!.error)).toBe("Error: no");
    expect(outcome).toBeUndefined();
  }
  expect(torn!.failure!.unit).toBe("unit 1");
  expect(existsSync(join(torn!.out, "results.json"))).toBe(false);
  expect(readFileSync(join(torn!.out, "units.ndjson"), "utf8").trim().split("\n")).toHaveLength(1);
  expect(sound!.outcome!.numbers).toEqual([0, 10, 20, 30]);
});

it("begins nothing new where even the caller throws", async () => {
  const began: string[] = [];
  const runner = fakeRunner((unit) => began.push(unit));
  const concluded = (): void => {
    throw new Error("the disk is full");
  };
  const asked = [into(scratch(), fakeExperiment("first"), 1), into(scratch(), fakeExperiment("second"), 2)];
  await expect(executeExperiments(asked, { jobs: 1, runner, concluded })).rejects.toThrow("the disk is full");
  expect(began).toEqual(["first 0"]);
});

it("keeps what computed each unit, and tells it of all in results and report, those of earlier runs included", async () => {
  const asked = into(scratch(), fakeExperiment("told"), 3);
  const ledger = openLedger(asked.out, asked.experiment, false);
  ledger.add(0, { result: 0, seconds: 1, engines: ["c"] });
  ledger.close();
  const runner = () => ({
    async run({ unit }: { unit: unknown }, _: unknown, by?: (engines: readonly ("onnx" | "wasm")[]) => void) {
      by?.(unit === 1 ? ["onnx", "wasm"] : ["onnx"]);
      return 10 * Number(unit);
    },
    end: () => {},
  });
  await executeExperiments([asked], { jobs: 1, resume: true, runner });
  const results = JSON.parse(readFileSync(join(asked.out, "results.json"), "utf8")) as { engines: string[] };
  expect(results.engines).toEqual(["c", "onnx", "wasm"]);
  expect(readFileSync(join(asked.out, "report.html"), "utf8")).toContain("Computed by c, onnx, wasm.");
  const records = readFileSync(join(asked.out, "units.ndjson"), "utf8").trim().split("\n");
  expect(records.map((line) => (JSON.parse(line) as { engines: string[] }).engines)).toEqual([
    ["c"],
    ["onnx", "wasm"],
    ["onnx"],
  ]);
});
