/** What computes a training goes on with it. */

import { expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData } from "../config/prepare.js";
import { encodeSafetensors } from "../formats/safetensors.js";
import { ownPlace } from "../runtime/own-place.js";
import { placeEngine } from "../runtime/place-engine.js";
import type { SessionCheckpoint } from "./checkpoint.js";
import { runSession } from "./run-session.js";
import type { SessionEvent } from "./session.js";
import { type StartOptions, startSession } from "./start.js";

const config = resolveConfig({
  data: { dataset: "two-modes", points: 300 },
  energy: { name: "tilted", hidden: [6] },
  flow: { name: "realnvp", layers: 2, hidden: [4] },
  objective: { name: "balanced", chains: 16, localSteps: 2 },
  ...{ steps: 12, batch: 16, evaluateEvery: 6, draws: 100 },
});
const data = prepareData(config, undefined);
const [auto, onnx] = [placeEngine(ownPlace("auto")), placeEngine(ownPlace("onnx"))];

/** What computes a training, what it was said to have begun with, and where it arrives. */
async function train(options: StartOptions, until = config.steps) {
  const told: SessionEvent[] = [];
  const session = await startSession(config, data, { ...options, tell: (event) => told.push(event) });
  await runSession(session, (step) => step < until);
  const engine = told.find((event) => event.type === "engine");
  return { engine, checkpoint: session.checkpoint(), bytes: encodeSafetensors(session.state()) };
}

const resume = (...checkpoints: SessionCheckpoint[]) => ({ resume: { checkpoints } });

it("is kept in its checkpoints, and arrives at the same bytes", async () => {
  const whole = await train({ engine: auto, by: "wasm" });
  expect(whole.engine).toEqual({ type: "engine", engine: "wasm", began: "wasm" });
  const part = await train({ engine: auto, by: "wasm" }, 5);
  expect(part.checkpoint.meta.engine).toBe("wasm");
  const rest = await train({ engine: auto, ...resume(part.checkpoint) });
  expect([rest.engine, rest.bytes]).toEqual([whole.engine, whole.bytes]);
});

it("is said to be another where it is, which goes on from there", async () => {
  const { checkpoint } = await train({ engine: auto, by: "wasm" }, 5);
  const rest = await train({ engine: onnx, ...resume(checkpoint) });
  expect(rest.engine).toEqual({ type: "engine", engine: "onnx", began: "wasm" });
  expect(rest.checkpoint.meta.engine).toBe("onnx");
});

it("was ONNX Runtime before there was another", async () => {
  const { checkpoint } = await train({ engine: onnx }, 5);
  const { engine, ...old } = checkpoint.meta;
  expect(engine).toBe("onnx");
  const rest = await train({ engine: auto, ...resume({ ...checkpoint, meta: old }) });
  expect(rest.engine).toEqual({ type: "engine", engine: "onnx", began: "onnx" });
});

it("is chosen by how long it takes", async () => {
  const long = { ...config, steps: 1_000_000 };
  const told: SessionEvent[] = [];
  await startSession(long, data, { engine: auto, tell: (event) => told.push(event) });
  expect(told.find((event) => event.type === "engine")).not.toMatchObject({ engine: "onnx" });
});
