import { expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { drawFlow } from "../flows/draw-flow.js";
import { learned } from "../inference/learned.js";
import { makeKey } from "../random/key.js";
import { variance } from "../util/moments.js";
import { runSession } from "./run-session.js";
import { startSession } from "./start.js";

it.each([
  ["flow-likelihood", 1],
  ["reverse-kl", 0.5],
] as const)("by %s fits the flow to the data, of deviation 1, or to the energy as it starts", async (by, expected) => {
  const config = resolveConfig({
    data: { dataset: "gaussian-mixture", options: { components: [{ mean: [0, 0] }] }, points: 2000 },
    energy: { name: "tilted", hidden: [4], scale: 0.5 },
    flow: { name: "realnvp", layers: 2, hidden: [4] },
    optimizer: { flow: { learningRate: 0.02 } },
    pretrain: 150,
    pretrainBy: by,
    steps: 1,
    average: 0,
  });
  const session = await startSession(config, prepareData(config, undefined));
  await runSession(session);
  const { x } = await drawFlow(session.model.flow!, learned(session.state(), "flow")!, makeKey(1), 8192);
  // 16 384 numbers know a deviation within 1 %; what remains is what 150 steps leave.
  expect(Math.abs(Math.sqrt(variance(x.data)) / expected - 1)).toBeLessThan(0.07);
});
