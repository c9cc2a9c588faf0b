/** Every network of images: shapes, a start at zero, derivatives, what it refuses, and that energies take it. */

import { describe, expect, it } from "vitest";
import { neural } from "../../src/energies/neural.js";
import { tilted } from "../../src/energies/tilted.js";
import type { Expr } from "../../src/ir/expr.js";
import type { ImageNetwork } from "../../src/nn/image-networks/image-network.js";
import * as members from "../../src/nn/image-networks/members.js";
import { constant } from "../../src/ops/leaf.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { evaluate } from "../../src/runtime/program.js";
import { InputError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { tensor } from "../../src/util/tensor.js";
import { gradientErrors } from "../support/gradients.js";
import { numbers, worstDifference } from "../support/tensors.js";

const networks = Object.values(members) as readonly unknown[] as readonly ImageNetwork[];
const key = makeKey(31);
const image = [2, 4, 8] as const;

/** Every option of a few channels, and smooth: differences of what has corners are none of its derivatives. */
const small = (network: ImageNetwork): object =>
  Object.fromEntries(
    listOptions(network.options).flatMap(({ name, default: usual }): [string, unknown][] => {
      if (name === "activation") return [[name, "tanh"]];
      if (Array.isArray(usual)) return [[name, usual.map((_, i) => 2 + i)]];
      return typeof usual === "number" && usual > 8 ? [[name, 2]] : [];
    }),
  );

describe.each(networks.map((network) => [network.name, network] as const))("%s", (_, network) => {
  const task = { image, outputs: 3 };
  const net = network(small(network) as never, task);
  const moved = normal(fold(key, "params"), [net.layout.size], "float64").data;
  const params = tensor(
    Float64Array.from(net.init(key), (v, i) => v / 2 + moved[i]! / 10),
    [net.layout.size],
  );
  const x = normal(fold(key, "x"), [5, ...image], "float64");

  it("makes numbers of images, each of its own", async () => {
    const { all, some } = await evaluate({
      all: net.apply(constant(params), constant(x)),
      some: net.apply(constant(params), constant(tensor(x.data.slice(2 * 64, 4 * 64), [2, ...image]))),
    });
    expect(all!.shape).toEqual([5, 3]);
    expect(worstDifference(some!, tensor(Float64Array.from(numbers(all!).slice(6, 12)), [2, 3]))).toBeLessThan(1e-12);
    expect(new Set(numbers(all!)).size).toBe(15);
  });

  it("starts at zero where it is asked to, and else does not", async () => {
    const zero = network(small(network) as never, { ...task, zeroLast: true, lastBias: false });
    const { y, other } = await evaluate({
      y: zero.apply(constant(tensor(zero.init(key))), constant(tensor(Float32Array.from(x.data), x.shape))),
      other: net.apply(constant(tensor(net.init(key))), constant(tensor(Float32Array.from(x.data), x.shape))),
    });
    expect(numbers(y!)).toEqual(new Array(15).fill(0));
    expect(numbers(other!).every((v) => v !== 0 && Number.isFinite(v) && Math.abs(v) < 100)).toBe(true);
    expect(net.init(key)).toEqual(net.init(key));
    expect(net.init(key)).toHaveLength(net.layout.size);
  });

  it("has the derivatives of differences, by images and by parameters", async () => {
    const few = tensor(x.data.slice(0, 64), [1, ...image]);
    const build = (at: Expr, p: Expr) => net.apply(p, at);
    expect(await gradientErrors([{ name: network.name, at: [few, params], build, order: 1 }])).toEqual([]);
  });

  it("says which sizes it does not halve, and which shapes are none of images", () => {
    expect(() => network(small(network) as never, { ...task, image: [1, 7, 8] })).toThrow(InputError);
    expect(() => network(small(network) as never, { ...task, image: [1, 7, 8] })).toThrow(
      /7 × 8 pixels cannot be halved/,
    );
    expect(() => network(small(network) as never, { ...task, image: [1, 0, 8] })).toThrow(
      "an image of shape (1, 0, 8)",
    );
  });

  it("is the network of energies whose points are images, in rows or as they are", async () => {
    const options = { network: { name: network.name, ...small(network) } };
    const [rows, images] = [neural(options, { event: [64], image }), neural(options, { event: [...image] })];
    const own = normal(fold(key, "own"), [rows.layout.size], "float64");
    const { ofRows, ofImages } = await evaluate({
      ofRows: rows(constant(tensor(x.data, [5, 64])), constant(own)),
      ofImages: images(constant(x), constant(own)),
    });
    expect(numbers(ofRows!)).toEqual(numbers(ofImages!));
    expect(() => neural(options, { event: [64] })).toThrow(
      `network ${network.name}: reads images, and points have 64 numbers`,
    );
    expect(tilted(options, { event: [64], image }).event).toEqual([64]);
  });
});

it("a network of images is known by its name and its options", () => {
  const given = (network: object) => () => neural({ network } as never, { event: [64], image });
  expect(given({ name: "residul" })).toThrow('unknown network "residul", did you mean "residual"?');
  expect(given({ name: "residual", width: [3] })).toThrow(
    'network residual: unknown option width, did you mean "widths"?',
  );
});
