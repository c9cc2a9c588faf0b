import { expect, it } from "vitest";
import { healthOf, watchRun } from "./health.js";

const run = { config: { logEvery: 10 }, data: { columns: ["x", "y"] } };
const steps = (from: number, to: number, acceptance: number) =>
  Array.from({ length: (to - from) / 10 }, (_, i) => ({ step: from + 10 * (i + 1), acceptance }));

it("is that of the records of regular steps, in order", () => {
  const journal = [...steps(0, 100, 0.6), ...steps(100, 400, 0)];
  const [finding] = healthOf(run, journal).findings();
  // More than half of 20 records are still when the last is that of step 210, and the first that of step 20.
  expect(finding).toMatchObject({ rule: "frozen-chains", since: 20 });
  expect(healthOf(run, steps(0, 400, 0.6)).findings()).toEqual([]);
});

it("goes on where a run was interrupted: the same findings wherever that was, and none told again", () => {
  const journal = [...steps(0, 150, 0.6), ...steps(150, 400, 0)];
  const whole = healthOf(run, journal).findings();
  expect(whole).toHaveLength(1);
  for (const cut of [0, 5, 15, 26, 39]) {
    const resumed = healthOf(run, journal.slice(0, cut));
    const before = resumed.findings();
    const news = journal.slice(cut).flatMap(({ step, ...metrics }) => resumed.observe(step, metrics));
    expect([...before, ...news]).toEqual(whole);
  }
});

it("passes over evaluations and a last step out of turn", () => {
  const journal = steps(0, 90, 0);
  expect(
    healthOf(run, [...journal, { step: 90, validation: -2, acceptance: 0 }, { step: 95, acceptance: 0 }]).findings(),
  ).toEqual([]);
  expect(healthOf(run, [...journal, { step: 100, acceptance: 0 }]).findings()).toHaveLength(1);
});

it("tells a run what is new, and at a divergence what only the last steps showed", () => {
  const told: string[] = [];
  const watch = watchRun(run, steps(0, 400, 0), (text) => told.push(text));
  for (let step = 401; step <= 420; step++) watch.after(step, { acceptance: 0, energyGap: 1.5 ** (step - 400) });
  expect(told).toEqual([]);
  watch.diverged();
  expect(told).toEqual([expect.stringMatching(/^bad, since step 401: The energy runs away/)]);
  const fresh = watchRun(run, [], (text) => told.push(text));
  for (let step = 1; step <= 150; step++) fresh.after(step, { acceptance: 0 });
  expect(told).toHaveLength(2);
  expect(told[1]).toContain("frozen");
});
