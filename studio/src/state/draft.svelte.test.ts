import { expect, it } from "vitest";
import type { Look } from "../engine/desk.js";
import type { RunState } from "./address.js";
import { Draft } from "./draft.svelte.js";

/** A desk at which steps above 0 make a training, and answers come when they are let out. */
function drafted() {
  const waiting: (() => void)[] = [];
  const asked: RunState[] = [];
  const look = (setup: RunState): Promise<Look> => {
    asked.push(setup);
    const steps = Number(setup.config.steps ?? 10);
    const good = steps > 0;
    const usual = { steps: 10, seed: 0 };
    const found: Look = {
      ...{ usual, modes: null, resolved: good ? { ...usual, ...setup.config } : null },
      problem: good ? null : { message: "steps: too few", key: "steps" },
    };
    return new Promise((answer) => waiting.push(() => answer(found)));
  };
  const misfits = async () => ({ energies: {}, flows: {}, objectives: {} });
  const applied: RunState[] = [];
  const draft = new Draft((setup) => applied.push(setup), (() => ({ look, misfits })) as never);
  const answer = async (): Promise<void> => {
    for (const out of waiting.splice(0)) out();
    await new Promise((done) => setTimeout(done));
  };
  return { draft, applied, asked, answer };
}

it("takes over what makes a training, and says what is usual and what differs", async () => {
  const { draft, applied, answer } = drafted();
  draft.take({ config: { seed: 3 } });
  await answer();
  // What comes from somewhere else has been taken over there.
  expect(applied).toEqual([]);
  draft.set("steps", 20);
  await answer();
  expect(applied).toEqual([{ config: { seed: 3, steps: 20 } }]);
  expect([draft.value("steps"), draft.differs("steps"), draft.differs("seed")]).toEqual([20, true, true]);
  draft.set("steps", 10);
  await answer();
  expect(draft.differs("steps")).toBe(false);
  draft.set("steps", undefined);
  await answer();
  expect([draft.value("steps"), applied.at(-1)]).toEqual([10, { config: { seed: 3 } }]);
});

it("keeps what makes none, with the words for it, until it does", async () => {
  const { draft, applied, answer } = drafted();
  draft.take({ config: {} });
  await answer();
  draft.set("steps", -1);
  await answer();
  expect([applied.length, draft.problemOf("steps"), draft.problemOf("seed")]).toEqual([0, "steps: too few", null]);
  // A change from somewhere else does not lose it.
  draft.take({ config: { seed: 4 } });
  await answer();
  expect(draft.setup.config).toEqual({ seed: 4, steps: -1 });
  draft.set("steps", 5);
  await answer();
  expect([applied, draft.problem]).toEqual([[{ config: { seed: 4, steps: 5 } }], null]);
});

it("looks at one setup at a time, and takes over the last", async () => {
  const { draft, applied, asked, answer } = drafted();
  draft.take({ config: {} });
  await answer();
  for (const steps of [1, 2, 3]) draft.set("steps", steps);
  expect(asked).toHaveLength(2);
  await answer();
  await answer();
  expect(asked.map(({ config }) => config.steps)).toEqual([undefined, 1, 3]);
  expect(applied).toEqual([{ config: { steps: 3 } }]);
});
