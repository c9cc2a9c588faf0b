import { expect, it } from "vitest";
import { classifier } from "../energies/classifier.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { ofClass } from "../energies/of-class.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { InputError, NumericError, ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { classProbabilities } from "./class-probabilities.js";
import { classify } from "./classify.js";

const key = makeKey(61);
const energy = classifier({ hidden: [6] }, { event: [2], classes: 3 });
const params = normal(fold(key, "params"), [energy.layout.size]);
const x = normal(fold(key, "x"), [40, 2], "float64");

it("is Bayes' rule on the energies of the classes: that of one energy a class, whose Z are one", async () => {
  const { classes, probabilities } = await classProbabilities({ energy, params }, x);
  const models = [0, 1, 2].map((y) => ({ energy: ofClass(energy, y), params, logZ: 0 }));
  const expected = await classify(models, x);
  expect(classes).toEqual(expected.classes);
  expect(new Set(classes).size).toBeGreaterThan(1);
  for (const [i, p] of probabilities.data.entries()) expect(p).toBeCloseTo(expected.probabilities.data[i]!, 12);
});

it("says what is wrong", async () => {
  await expect(classProbabilities({ energy: gaussianEnergy([2], 0, 1) }, x)).rejects.toThrow(InputError);
  await expect(classProbabilities({ energy }, x)).rejects.toThrow("parameters");
  await expect(classProbabilities({ energy, params }, tensor(new Float64Array(3), [1, 3]))).rejects.toThrow(ShapeError);
  const lost = { energy, params: tensor(params.data.map(() => Number.NaN)) };
  await expect(classProbabilities(lost, x)).rejects.toThrow(NumericError);
});
