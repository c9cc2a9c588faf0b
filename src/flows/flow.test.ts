import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { makeFlow } from "./flow.js";
import { mixtureBase } from "./mixture-base.js";

it("without bijectors is its base", async () => {
  const base = mixtureBase(2, 3);
  const flow = makeFlow(2, base, []);
  const params = constant(tensor(flow.init(makeKey(2))));
  const x = constant(normal(makeKey(3), [5, 2]));
  const { y, logDet } = flow.forward(x, params);
  const found = await evaluate({ y, logDet, own: flow.logProb(x, params), of: base.logProb(x, params) });
  expect(numbers(found.y!)).toEqual(numbers(normal(makeKey(3), [5, 2])));
  expect(numbers(found.logDet!)).toEqual([0, 0, 0, 0, 0]);
  expect(numbers(found.own!)).toEqual(numbers(found.of!));
});
