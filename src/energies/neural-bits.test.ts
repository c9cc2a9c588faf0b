import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { enumeration } from "../metrics/log-z/enumeration.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { energyOf } from "./evaluate.js";
import { neuralBits } from "./neural-bits.js";

const key = makeKey(41);

// In one piece, and in four.
it.each([3, 12])("knows log Z of %i bits: the sum over all of their states", async (d) => {
  const energy = neuralBits({ hidden: [7] }, { event: [d] });
  const params = normal(fold(key, d), [energy.layout.size], "float64");
  const { logZ } = await evaluate({ logZ: energy.logZ!(constant(params)) });
  const at = energyOf(energy, "float64");
  const summed = await enumeration(async (x) => (await at(x, params)).map((v) => -v), energy);
  expect(summed.states).toBe(2 ** d);
  expect(numbers(logZ)[0]).toBeCloseTo(summed.logZ, 10);
});

it("starts as the independent bits of the rows, and knows no log Z of more than 16 bits", async () => {
  const rows = tensor(Float32Array.of(1, 0, 1, 0, 1, 1, 0, 0, 1), [3, 3]);
  const energy = neuralBits({}, { event: [3] });
  const params = tensor(energy.init(key, rows));
  const points = tensor(Float64Array.of(0, 0, 0, 1, 0, 1, 0, 1, 1), [3, 3]);
  const found = await energyOf(energy, "float64")(points, params);
  // A half of each added to three rows: ones in 1.5, 1.5 and 3.5 of 4.
  const logit = (ones: number): number => Math.log(ones / (4 - ones));
  const expected = [0, -logit(1.5) - logit(3.5), -logit(1.5) - logit(3.5)];
  for (const [i, e] of expected.entries()) expect(found[i]).toBeCloseTo(e, 6);
  expect(neuralBits({}, { event: [17] }).logZ).toBeUndefined();
});
