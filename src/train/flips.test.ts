/** Images that are mirrored at random whenever a batch takes them. */

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { encodeSafetensors } from "../formats/safetensors.js";
import { uniform } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import type { SessionCheckpoint } from "./checkpoint.js";
import { fit as fitRows } from "./fit.js";
import { startSession } from "./start.js";
import type { TrainState } from "./trainer.js";

const [N, HEIGHT, WIDTH] = [60, 2, 4];
const columns = Array.from({ length: HEIGHT * WIDTH }, (_, j) => `p${j}`);
const u = uniform(makeKey(31), [N, HEIGHT, WIDTH], "float64").data;
const tableOf = (level: (u: number, x: number) => number) => ({
  source: "t",
  columns,
  rows: tensor(
    Float64Array.from(u, (v, i) => Math.floor(level(v, i % WIDTH))),
    [N, columns.length],
  ),
});
/** Brighter to the right; and each half the mirror of the other. */
const slanted = tableOf((v, x) => 60 * x + 60 * v);
const symmetric = {
  ...slanted,
  rows: tensor(
    slanted.rows.data.map((_, i, all) => all[i - (i % WIDTH) + Math.min(i % WIDTH, WIDTH - 1 - (i % WIDTH))]!),
    slanted.rows.shape,
  ),
};

const configOf = (flips: boolean, more: object = {}) =>
  resolveConfig({
    data: { file: "t", image: [1, HEIGHT, WIDTH], flips },
    energy: { hidden: [4], network: null },
    flow: { levels: 0, couplings: 2, channels: 2 },
    objective: { negatives: 8 },
    ...{ pretrain: 3, batch: 8, steps: 4, draws: 100, evaluateEvery: 2, checkpointEvery: 2 },
    ...more,
  });

/** The states after every step, those of pretraining first, what was judged, and the checkpoints. */
async function follow(table: typeof slanted, flips: boolean, more: object = {}, resume?: SessionCheckpoint) {
  const config = configOf(flips, more);
  const data = prepareData(config, table);
  const [states, judged, checkpoints]: [TrainState[], number[], SessionCheckpoint[]] = [[], [], []];
  const session = await startSession(config, data, {
    ...(resume ? { resume: { checkpoints: [resume] } } : {}),
    tell(event) {
      if (event.type === "judged") judged.push(event.value);
      if (event.type === "checkpoint") checkpoints.push(event.checkpoint);
    },
  });
  while (session.at().stage !== "finished") {
    await session.step();
    states.push(session.state());
  }
  return { data, states, judged, checkpoints };
}

const bytes = (state: TrainState): Uint8Array =>
  encodeSafetensors(Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))));

describe("flips", () => {
  it("change what a flow and an energy are fitted to, and of symmetric images nothing", async () => {
    const [plain, flipped] = [await follow(slanted, false), await follow(slanted, true)];
    expect(bytes(flipped.states[0]!)).not.toEqual(bytes(plain.states[0]!));
    const alone = {
      ...{ energy: { name: "tilted", hidden: [4] }, flow: null, objective: { name: "cd", localSteps: 1 }, pretrain: 0 },
    };
    const [straight, turned] = [await follow(slanted, false, alone), await follow(slanted, true, alone)];
    expect(bytes(turned.states[0]!)).not.toEqual(bytes(straight.states[0]!));
    const alike = [await follow(symmetric, false), await follow(symmetric, true)] as const;
    for (const [i, state] of alike[0].states.entries()) expect(bytes(alike[1].states[i]!)).toEqual(bytes(state));
    expect(alike[1].judged).toEqual(alike[0].judged);
  });

  it("leave rows as they are, those held out among them", async () => {
    const [plain, flipped] = [configOf(false), configOf(true)].map((config) => prepareData(config, slanted));
    for (const part of ["train", "validation", "test"] as const) expect(flipped![part]).toEqual(plain![part]);
  });

  it("are the same when a training goes on where it stopped", async () => {
    const whole = await follow(slanted, true);
    const from = whole.checkpoints.find(({ step }) => step === 2)!;
    const rest = await follow(slanted, true, {}, from);
    expect(bytes(rest.states.at(-1)!)).toEqual(bytes(whole.states.at(-1)!));
  });

  it("are refused of rows that are no images, and of pixels of several kinds", async () => {
    expect(() => resolveConfig({ data: { file: "t", flips: true } })).toThrow(
      "flips are of images; say their shape with image",
    );
    expect(() => resolveConfig({ data: { dataset: "moons", flips: true } })).toThrow("are of images; leave them out");
    const as = { p0: "real" };
    expect(() => resolveConfig({ data: { file: "t", image: [1, 2, 4], flips: true, as } })).toThrow(InputError);
    const rows = tensor(
      new Float64Array(20).map((_, i) => i),
      [5, 4],
    );
    await expect(fitRows(rows, { flips: true })).rejects.toThrow("flips are of images");
  });
});
