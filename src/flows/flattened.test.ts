import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { reshape } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { evaluate } from "../runtime/program.js";
import { mapValues } from "../util/records.js";
import { tensor } from "../util/tensor.js";
import { flattened } from "./flattened.js";
import { makeFlow } from "./flow.js";
import { mixtureBase } from "./mixture-base.js";

it("is the density of the same numbers in a row, and draws them", async () => {
  const images = makeFlow([1, 2, 3], mixtureBase(6, 3), []);
  const flow = flattened(images);
  expect(flow.event).toEqual([6]);
  const params = constant(tensor(images.init(makeKey(2))));
  expect(flow.init(makeKey(2))).toEqual(images.init(makeKey(2)));
  const x = constant(normal(makeKey(3), [5, 6]));
  const noise = mapValues(drawNoise(fold(makeKey(4), "noise"), flow.noise(7)), constant);
  const [own, of] = [flow.sample(noise, params), images.sample(noise, params)];
  const found = await evaluate({
    own: flow.logProb(x, params),
    of: images.logProb(reshape(x, [5, 1, 2, 3]), params),
    energy: flow(x, params),
    drawn: own.x,
    drawnOf: reshape(of.x, [7, 6]),
    logProb: own.logProb,
    logProbOf: of.logProb,
    back: flow.inverse(flow.forward(x, params).y, params).x,
  });
  expect(found.drawn!.shape).toEqual([7, 6]);
  expect(numbers(found.own!)).toEqual(numbers(found.of!));
  expect(numbers(found.energy!)).toEqual(numbers(found.of!).map((v) => -v));
  expect(numbers(found.drawn!)).toEqual(numbers(found.drawnOf!));
  expect(numbers(found.logProb!)).toEqual(numbers(found.logProbOf!));
  expect(numbers(found.back!)).toEqual(numbers(normal(makeKey(3), [5, 6])));
  expect(flattened(flow)).toBe(flow);
});
