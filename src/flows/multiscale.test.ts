import { describe, expect, it } from "vitest";
import { determinant } from "../../test/support/determinant.js";
import { flows } from "../../test/support/flow-cases.js";
import { jacobianOf } from "../../test/support/jacobian.js";
import { numbers, worstDifference } from "../../test/support/tensors.js";
import { topologicalOrder } from "../ir/order.js";
import { add, mul } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { reshape, slice, sum } from "../ops/shape.js";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { compile, evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { mean, variance } from "../util/moments.js";
import { cast, type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import type { Bijector } from "./bijector.js";
import { chain } from "./chain.js";
import { findFlow } from "./find-flow.js";
import { type Flow, makeFlow } from "./flow.js";
import { gaussianBase } from "./gaussian-base.js";
import { glow } from "./glow.js";
import { convCoupling } from "./image/conv-coupling.js";
import { channelMask } from "./image/mask.js";
import { split } from "./image/split.js";
import { squeeze } from "./image/squeeze.js";
import { multiscaleRealnvp } from "./multiscale-realnvp.js";

const key = makeKey(64);
const members = flows.filter(({ eventKind }) => eventKind === "image");
const small = { channels: 8, blocks: 1 };

/** What is learned moved by 0.05 times a normal number from where it starts. */
function moved({ layout }: Pick<Bijector, "layout">, start: Float32Array, scale = 0.05): Float32Array {
  const noise = normal(fold(key, "moved"), [layout.size]).data;
  for (const { frozen, offset, shape } of layout.leaves) if (frozen) noise.fill(0, offset, offset + sizeOf(shape));
  return start.map((v, i) => v + scale * noise[i]!);
}

/** Pixels in [0, 1), some rows of them brighter. */
const pixels = (n: number, event: Shape): FloatTensor => {
  const u = uniform(fold(key, "pixels"), [n, ...event]);
  return tensor(u.data.map((v, i) => v ** (1 + (i % 7))) as Float32Array, u.shape);
};

/** Draws in single precision with their log-densities, scored again, and brought to the base and back. */
async function wander(flow: Flow, params: Float32Array, n: number): Promise<Record<string, Tensor>> {
  const p = input("p", [flow.layout.size]);
  const specs = flow.noise(n);
  const noise = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const drawing = await compile({ p, ...noise }, flow.sample(noise, p));
  const x = input("x", [n, ...flow.event]);
  const { x: z, logDet } = flow.inverse(x, p);
  const there = flow.forward(z, p);
  const scoring = await compile({ x, p }, { scored: flow.logProb(x, p), again: there.y, logDet, back: there.logDet });
  const drawn = await drawing.run({ p: tensor(params), ...drawNoise(key, specs) });
  return { ...drawn, ...(await scoring.run({ x: drawn.x!, p: tensor(params) })) };
}

describe.each(members.map((f) => [f.name, f] as const))("%s", (name, declare) => {
  it.each([
    [[1, 8, 8], null],
    [[3, 8, 8], null],
    [[1, 28, 28], null],
    [[1, 8, 8], 0.05],
  ] as const)("comes back in single precision, and draws what it scores: images %j, logit %j", async (event, logit) => {
    const flow = declare({ ...small, logit, range: [0, 1] }, event);
    const found = await wander(flow, moved(flow, flow.init(key, pixels(64, event))), 16);
    expect(worstDifference(found.again!, found.x!)).toBeLessThan(1e-4);
    // Of some hundred numbers each, a thousand roundings.
    const d = sizeOf(event);
    expect(worstDifference(found.scored!, found.logProb!)).toBeLessThan(d * 1000 * 2 ** -23);
    const opposite = tensor((found.back!.data as Float32Array).map((v) => -v));
    expect(worstDifference(found.logDet!, opposite)).toBeLessThan(d * 1000 * 2 ** -23);
    if (logit !== null) for (const v of numbers(found.x!)) expect(Math.abs(v - 0.5)).toBeLessThanOrEqual(0.5 + 0.06);
  });

  it.each([null, 0.05])("knows its volume change against the determinant of its Jacobian: logit %j", async (logit) => {
    const event = [1, 4, 4] as const;
    const flow = declare({ ...small, channels: 4, couplings: 2, logit, range: [0, 1] }, event);
    const params = constant(cast(tensor(moved(flow, flow.init(key), 0.2)), "float64"));
    const errors = await volumeErrors(flow, params, cast(pixels(4, event), "float64"));
    expect(errors).toBeLessThan(1e-8);
  });

  it("starts from data as its base does: numbers of the base have the spread of standard normal ones", async () => {
    const event = [3, 8, 8] as const;
    const data = pixels(256, event);
    const flow = declare(small, event);
    const [x, p] = [constant(data), constant(tensor(flow.init(key, data)))];
    const { z } = await evaluate({ z: flow.inverse(x, p).x });
    expect(mean(numbers(z))).toBeCloseTo(0, 3);
    // Channels have it before the last rotation of a level, which keeps their sum.
    expect(variance(numbers(z))).toBeCloseTo(1, 1);
    // Without data it is a rotation, and they stay as they are.
    const { still } = await evaluate({ still: flow.inverse(x, constant(tensor(flow.init(key)))).x });
    expect(variance(numbers(still))).toBeLessThan(0.2);
  });

  it("starts a mixture from data where they are in the base", async () => {
    const event = [1, 4, 4] as const;
    const data = pixels(300, event);
    const flow = declare({ ...small, base: "mixture", components: 3 }, event);
    const start = flow.init(key, data);
    const { z } = await evaluate({ z: flow.inverse(constant(data), constant(tensor(start))).x });
    const rows = numbers(z);
    const mean = (from: number): number =>
      Array.from({ length: 300 }, (_, i) => rows[16 * i + from]!).reduce((sum, v) => sum + v / 300, 0);
    // Means of clusters by their shares are the mean of the rows, but for the row that each cluster is given beside its own,
    // and the few that ten rounds leave between two.
    const weights = Array.from(start.subarray(0, 3), Math.exp);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
    for (let j = 0; j < 16; j++) {
      const means = [0, 1, 2].map((k) => start[3 + 16 * k + j]!);
      const counts = weights.map((w) => w * 303 - 1);
      const all = counts.reduce((sum, c, k) => sum + (c / 300) * means[k]!, 0);
      expect(Math.abs(all - mean(j))).toBeLessThan(0.05);
    }
    expect(Math.max(...weights.map((w) => Math.abs(w - 1 / 3)))).toBeGreaterThan(0.01);
  });

  it("has pixels where it is told, and refuses others as data", () => {
    const flow = declare({ ...small, logit: 0.05 }, [1, 4, 4]);
    expect(() => flow.init(key, tensor(new Float32Array(16).fill(1.5), [1, 1, 4, 4]))).toThrow("between -1 and 1");
    expect(() => declare({ range: [1, 0] }, [1, 4, 4])).toThrow("the least value before the largest");
  });

  it("says how many levels an image has", () => {
    const refused = (event: readonly [number, number, number], levels: number): string => {
      try {
        declare({ levels }, event);
        return "";
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
    };
    expect(refused([1, 28, 28], 3)).toBe(
      `flow ${name}: 3 levels halve images of 28×28 3 times, which leaves whole pixels twice; set levels to at most 2`,
    );
    expect(refused([1, 6, 8], 2)).toContain("which leaves whole pixels once; set levels to at most 1");
    expect(refused([1, 7, 8], 1)).toContain("which leaves no whole pixels; pad them to even sizes");
    expect([refused([1, 28, 28], 2), refused([1, 8, 8], 3), refused([3, 32, 32], 5)]).toEqual(["", "", ""]);
  });

  it("has a graph that grows with its couplings and not with the image", () => {
    const size = (event: Shape, couplings: number): number => {
      const flow = declare({ ...small, couplings }, event);
      return topologicalOrder([flow.logProb(input("x", [2, ...event]), input("p", [flow.layout.size]))]).length;
    };
    expect(size([3, 32, 32], 4)).toBe(size([3, 8, 8], 4));
    expect(size([1, 8, 8], 4)).toBeLessThan(1000);
  });
});

/** The largest error of `log |det|`, forward, against the determinant of the Jacobian, by autodiff. */
async function volumeErrors(flow: Flow, params: ReturnType<typeof constant>, z: FloatTensor): Promise<number> {
  const [n, d] = [z.shape[0]!, sizeOf(flow.event)];
  const at = constant(z);
  const { logDet } = flow.forward(at, params);
  const found = await evaluate({ logDet, jacobian: jacobianOf((x) => flow.forward(x, params).y, at) });
  const all = numbers(found.jacobian);
  const logs = Array.from({ length: n }, (_, i) =>
    Math.log(Math.abs(determinant(all.slice(i * d * d, (i + 1) * d * d), d))),
  );
  return worstDifference(found.logDet, tensor(Float64Array.from(logs)));
}

describe("a multi-scale flow", () => {
  const event = [1, 4, 4] as const;
  const coarse = [4, 2, 2] as const;
  const half = [2, 2, 2] as const;
  const coupling = (image: typeof coarse | typeof half, k: Key): readonly [Bijector, Float32Array] => {
    const own = convCoupling({ image, mask: channelMask(image, "second"), channels: 4, blocks: 1, activation: "silu" });
    return [own, moved(own, own.init(k), 0.2)];
  };
  const [[inner, innerParams], [outer, outerParams]] = [coupling(half, fold(key, 1)), coupling(coarse, fold(key, 2))];
  const parts = [split(coarse, chain([inner])), outer, squeeze(event)];
  const flow = makeFlow(event, gaussianBase(16), parts);
  const params = constant(cast(tensor(Float32Array.of(...innerParams, ...outerParams)), "float64"));
  const x = constant(normal(key, [6, ...event], "float64"));

  it("has the sum of its pieces as log-density: of the coarse numbers, of the detail, and of volume changes", async () => {
    const layers = [slice(params, 0, 0, innerParams.length), slice(params, 0, innerParams.length)] as const;
    const squeezed = squeeze(event).inverse(x, params).x;
    const after = outer.inverse(squeezed, layers[1]);
    const [first, second] = [slice(after.x, 1, 0, 2), slice(after.x, 1, 2, 4)];
    const deep = inner.inverse(first, layers[0]);
    const normalLog = (z: typeof x) => {
      const flat = reshape(z, [6, 8]);
      return add(mul(-0.5, sum(mul(flat, flat), 1)), -4 * Math.log(2 * Math.PI));
    };
    const pieces = [normalLog(deep.x), normalLog(second), after.logDet, deep.logDet].reduce((a, b) => add(a, b));
    const found = await evaluate({ whole: flow.logProb(x, params), pieces });
    expect(worstDifference(found.whole, found.pieces)).toBeLessThan(1e-12);
  });

  it("is found out when the volume change of a part is wrong", async () => {
    const z = normal(key, [3, ...event], "float64");
    expect(await volumeErrors(flow, params, z)).toBeLessThan(1e-8);
    // A coupling that forgets its volume change, and a split that forgets that of what goes on.
    const forgetful = (part: Bijector): Bijector => ({
      ...part,
      forward: (at, p) => ({ ...part.forward(at, p), logDet: mul(0.5, part.forward(at, p).logDet) }),
    });
    for (const faulty of [
      [parts[0]!, forgetful(outer), parts[2]!],
      [split(coarse, forgetful(chain([inner]))), outer, parts[2]!],
    ])
      expect(await volumeErrors(makeFlow(event, gaussianBase(16), faulty), params, z)).toBeGreaterThan(1e-3);
  });

  it("splits images whose channels have halves, of the shape that goes on", () => {
    expect(() => split([3, 2, 2], chain([inner]))).toThrow("half of the channels goes on");
    expect(() => split([8, 2, 2], chain([inner]))).toThrow("not (2, 2, 2)");
  });
});

describe("convolutional couplings", () => {
  it("move what the mask says by a bounded scale, and start as the identity", async () => {
    const image = [4, 2, 2] as const;
    const map = convCoupling({ image, mask: channelMask(image, "first"), channels: 4, blocks: 1, activation: "silu" });
    const start = map.init(key);
    const wild = start.map((v, i) => (i >= start.length - 2 ? 0.5 : v + 50 * normal(key, [start.length]).data[i]!));
    const x = constant(normal(key, [5, ...image]));
    const [still, far] = [map.forward(x, constant(tensor(start))), map.forward(x, constant(tensor(wild)))];
    const found = await evaluate({ x, still: still.y, logDet: still.logDet, far: far.y, farLogDet: far.logDet });
    expect(worstDifference(found.still, found.x)).toBe(0);
    expect(numbers(found.logDet)).toEqual([0, 0, 0, 0, 0]);
    const rows = (t: Tensor) => Array.from({ length: 5 }, (_, i) => numbers(t).slice(16 * i + 8, 16 * i + 16));
    expect(rows(found.far)).toEqual(rows(found.x));
    // Eight numbers that are moved, each by at most e^0.5.
    for (const v of numbers(found.farLogDet)) expect(Math.abs(v)).toBeLessThanOrEqual(8 * 0.5 + 1e-5);
  });
});

describe("flows by name", () => {
  it("are refused for points that they do not take, with the names of those that do", () => {
    const [image, vector] = [[1, 8, 8], [3]];
    const names = (kind: string): string =>
      flows
        .filter((f) => f.eventKind === kind)
        .map((f) => f.name)
        .join(", ");
    expect(() => findFlow("realnvp", image)).toThrow(
      `flow realnvp: takes vectors (d), and a point has shape (1, 8, 8); those of such points: ${names("image")}`,
    );
    expect(() => findFlow("glow", vector)).toThrow(
      `flow glow: takes images (channels, height, width), and a point has shape (3); those of such points: ${names("vector")}`,
    );
    expect(() => findFlow("glow", [2, 2])).toThrow("no flow takes such points");
    expect(() => findFlow("glou", image)).toThrow('unknown flow "glou"');
    expect(findFlow("glow", image).name).toBe("glow");
    expect([glow.eventKind, multiscaleRealnvp.eventKind]).toEqual(["image", "image"]);
  });
});
