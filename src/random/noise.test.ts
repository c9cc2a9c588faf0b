import { expect, it } from "vitest";
import { ShapeError } from "../util/errors.js";
import { normal, uniform } from "./draw.js";
import { fold, makeKey } from "./key.js";
import { drawNoise, drawSteps, type NoiseSpec } from "./noise.js";

const key = makeKey(5);
const specs = {
  xi: { law: "normal", shape: [4, 2] },
  u: { law: "uniform", shape: [4], dtype: "float64" },
} as const satisfies Record<string, NoiseSpec>;

it("draws each name from its own stream, in its law, shape and width", () => {
  const noise = drawNoise(key, specs);
  expect(noise.xi).toEqual(normal(fold(key, "xi"), [4, 2]));
  expect(noise.u).toEqual(uniform(fold(key, "u"), [4], "float64"));
});

it("changes no noise when another is added or the order changes", () => {
  const more = drawNoise(key, {
    z: { law: "gumbel", shape: [3] },
    s: { law: "rademacher", shape: [2] },
    u: specs.u,
    xi: specs.xi,
  });
  const { xi, u } = drawNoise(key, specs);
  expect({ xi: more.xi, u: more.u }).toEqual({ xi, u });
});

it("overwrites the tensors of an earlier call", () => {
  const into = drawNoise(key, specs);
  const again = drawNoise(fold(key, 1), specs, into);
  expect(again.xi.data).toBe(into.xi.data);
  expect(again).toEqual(drawNoise(fold(key, 1), specs));
});

it("stacks the noise of consecutive steps, however they are cut into blocks", () => {
  const four = drawSteps(key, specs, 10, 4);
  for (let t = 0; t < 4; t++) {
    const { xi, u } = drawNoise(fold(key, 10 + t), specs);
    expect(four.xi.data.subarray(8 * t, 8 * t + 8)).toEqual(xi.data);
    expect(four.u.data.subarray(4 * t, 4 * t + 4)).toEqual(u.data);
  }
  expect([four.xi.shape, four.u.shape]).toEqual([
    [4, 4, 2],
    [4, 4],
  ]);
  expect(drawSteps(key, specs, 0, 0).xi.shape).toEqual([0, 4, 2]);
});

it("names the noise that does not fit", () => {
  const into = drawNoise(key, { ...specs, xi: { law: "normal", shape: [2, 4] } });
  expect(() => drawNoise(key, specs, into)).toThrow(ShapeError);
  expect(() => drawNoise(key, specs, into)).toThrow(
    "noise xi: expected float32 (4, 2) to draw into, got float32 (2, 4)",
  );
});
