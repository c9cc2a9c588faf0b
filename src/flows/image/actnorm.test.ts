import { describe, expect, it } from "vitest";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { mean, variance } from "../../util/moments.js";
import { tensor } from "../../util/tensor.js";
import { actnorm } from "./actnorm.js";

const key = makeKey(62);
const image = [3, 2, 4] as const;
const [n, pixels] = [50, 8];
const map = actnorm(image);
/** Channels of means −3, 0, 40 and deviations 0.1, 1, 20. */
const data = tensor(
  normal(key, [n, ...image]).data.map((v, i) => {
    const channel = Math.floor(i / pixels) % 3;
    return [-3, 0, 40][channel]! + [0.1, 1, 20][channel]! * v;
  }) as Float32Array,
  [n, ...image],
);
const channel = (values: readonly number[], k: number): number[] =>
  values.filter((_, i) => Math.floor(i / pixels) % 3 === k);

describe("actnorm", () => {
  it("starts so that every channel has mean 0 and variance 1 towards the base", async () => {
    const params = map.init(key, data);
    const { x, logDet } = map.inverse(constant(data), constant(tensor(params)));
    const found = await evaluate({ x, logDet });
    for (const k of [0, 1, 2]) {
      const own = channel(numbers(found.x), k);
      expect(mean(own)).toBeCloseTo(0, 5);
      expect(variance(own)).toBeCloseTo(1, 5);
      const sd = Math.sqrt(variance(channel(numbers(data), k)));
      expect(params[k]).toBeCloseTo(Math.log(sd), 5);
    }
    expect(worstDifference(map.pullBack!(data, params), found.x)).toBeLessThan(1e-5);
    const logs = [...params.subarray(0, 3)].reduce((s, v) => s + v, 0);
    for (const v of numbers(found.logDet)) expect(v).toBeCloseTo(-pixels * logs, 4);
  });

  it("leaves a channel without content at its scale, and is the identity without data", () => {
    const flat = tensor(
      data.data.map((v, i) => (Math.floor(i / pixels) % 3 === 1 ? 7 : v)) as Float32Array,
      data.shape,
    );
    const params = map.init(key, flat);
    expect([params[1], params[4]]).toEqual([0, 7]);
    expect([...map.init(fold(key, 1))]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
