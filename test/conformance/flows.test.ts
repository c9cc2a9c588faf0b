/** Every flow on every base, as a map: inverse, volume change, identity at the start, and what it refuses. */

import { beforeAll, describe, expect, it } from "vitest";
import { rowJacobian } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import { input } from "../../src/ops/leaf.js";
import { uniform } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { compile } from "../../src/runtime/program.js";
import { InputError, ShapeError } from "../../src/util/errors.js";
import { cast, type FloatTensor, type Tensor, tensor } from "../../src/util/tensor.js";
import { determinant } from "../support/determinant.js";
import { eventsOf, type FlowCase, flowCases, flows, someEvent } from "../support/flow-cases.js";
import { jacobianOf } from "../support/jacobian.js";
import { numbers, worstDifference } from "../support/tensors.js";

const N = 64;

/** Uniform on [−4, 4]ᵈ, with two corners of it. */
function points({ d, event }: FlowCase): FloatTensor {
  const u = uniform(fold(makeKey(13), d), [N, d], "float64").data;
  const x = u.map((v, i) => (i < d ? 4 : i < 2 * d ? -4 : 8 * v - 4));
  return tensor(x, [N, ...event]);
}

/** Forward from points, then back from where that led. */
type RoundTrip = (at: FloatTensor, params: FloatTensor) => Promise<{ forward: Tensors; inverse: Tensors }>;
type Trips = Readonly<Record<"initial" | "perturbed" | "bent", Awaited<ReturnType<RoundTrip>>>>;

/** Both directions in one width, each with its Jacobian `(n, d, d)` where derivatives are asked for. */
async function roundTrip(
  { flow, kind, event }: FlowCase,
  dtype: "float32" | "float64",
  derivatives: boolean,
): Promise<RoundTrip> {
  const [z, params] = [input("z", [N, ...event], dtype), input("params", [flow.layout.size], dtype)];
  // The inverse reads an input of its own: its Jacobian is not that of a composition.
  const y = input("y", [N, ...event], dtype);
  const [there, back] = [flow.forward(z, params), flow.inverse(y, params)];
  // An image has many numbers: one walk for all of them.
  const jacobian = (map: (x: Expr) => Expr, result: Expr, at: Expr): Expr =>
    kind === "vector" ? rowJacobian(result, at) : jacobianOf(map, at);
  const forward = await compile(
    { z, params },
    {
      y: there.y,
      logDet: there.logDet,
      ...(derivatives ? { jacobian: jacobian((x) => flow.forward(x, params).y, there.y, z) } : {}),
    },
  );
  const inverse = await compile(
    { y, params },
    {
      z: back.x,
      logDet: back.logDet,
      ...(derivatives ? { jacobian: jacobian((x) => flow.inverse(x, params).x, back.x, y) } : {}),
    },
  );
  return async (at, given) => {
    const feeds = { z: cast(at, dtype), params: cast(given, dtype) };
    const moved = await forward.run(feeds);
    return { forward: moved, inverse: await inverse.run({ y: moved.y!, params: feeds.params }) };
  };
}

const rowsOf = (t: Tensor, size: number): number[][] => {
  const all = numbers(t);
  return Array.from({ length: N }, (_, i) => all.slice(i * size, (i + 1) * size));
};

/** Largest sum of sizes in a row of a square matrix: how much it stretches the largest coordinate. */
const norm = (matrix: readonly number[], d: number): number =>
  Math.max(
    ...Array.from({ length: d }, (_, i) => matrix.slice(i * d, (i + 1) * d).reduce((s, v) => s + Math.abs(v), 0)),
  );

/** Lengths of points of d numbers. */
const lengths = (t: Tensor, d: number): Tensor => tensor(Float64Array.from(rowsOf(t, d), (row) => Math.hypot(...row)));

const largest = (t: Tensor): number => Math.max(...numbers(t).map(Math.abs));

const cases = flowCases(eventsOf([1, 2, 3, 5], [1, 4, 4]));

describe.each(cases.map((c) => [c.label, c] as const))("flow %s", (_, flowCase) => {
  const { d, initial, perturbed, bent } = flowCase;
  const z = points(flowCase);
  let doubles: Trips;
  let singles: Trips;
  beforeAll(async () => {
    const trips = async (trip: RoundTrip): Promise<Trips> => ({
      initial: await trip(z, initial),
      perturbed: await trip(z, perturbed),
      bent: await trip(z, bent),
    });
    doubles = await trips(await roundTrip(flowCase, "float64", true));
    singles = await trips(await roundTrip(flowCase, "float32", false));
  });

  /** Distance of each point from where it came back to, over the factor by which rounding of y grows on the way. */
  const errors = (which: keyof Trips, back: Tensor): number => {
    const jacobians = rowsOf(doubles[which].inverse.jacobian!, d * d);
    const off = rowsOf(back, d).map((row, i) => Math.max(...row.map((v, j) => Math.abs(v - z.data[i * d + j]!))));
    return Math.max(...off.map((v, i) => v / Math.max(1, norm(jacobians[i]!, d))));
  };

  it.each(["initial", "perturbed"] as const)("comes back to where it started: %s", (which) => {
    expect(worstDifference(doubles[which].inverse.z!, z)).toBeLessThan(1e-10);
    // That factor is up to 100 here, which single precision feels.
    expect(errors(which, singles[which].inverse.z!)).toBeLessThan(1e-5);
  });

  it("comes back as far as rounding lets it when it stretches places by up to 1e10", () => {
    // A thousand roundings: 2⁻⁵² or 2⁻²³ each.
    expect(errors("bent", doubles.bent.inverse.z!)).toBeLessThan(1000 * 2 ** -52);
    expect(errors("bent", singles.bent.inverse.z!)).toBeLessThan(1000 * 2 ** -23);
  });

  it.each(["initial", "perturbed", "bent"] as const)("knows its volume change, in both directions: %s", (which) => {
    const { forward, inverse } = doubles[which];
    for (const { jacobian, logDet } of [forward, inverse]) {
      expect(logDet!.shape).toEqual([N]);
      const expected = rowsOf(jacobian!, d * d).map((row) => Math.log(Math.abs(determinant(row, d))));
      expect(worstDifference(logDet!, tensor(Float64Array.from(expected)))).toBeLessThan(1e-8);
    }
    if (which === "bent") return;
    const opposite = tensor(Float64Array.from(numbers(inverse.logDet!), (v) => -v));
    expect(worstDifference(opposite, forward.logDet!)).toBeLessThan(1e-10);
  });

  it("starts as the identity, of images up to a rotation, and is not once its parameters have moved", () => {
    const [start, moved] = [doubles.initial.forward, doubles.bent.forward];
    const same = (y: Tensor): number =>
      flowCase.kind === "vector" ? worstDifference(y, z) : worstDifference(lengths(y, d), lengths(z, d));
    expect(same(start.y!)).toBeLessThan(flowCase.kind === "vector" ? 1e-12 : 1e-6);
    expect(largest(start.logDet!)).toBeLessThan(flowCase.kind === "vector" ? 1e-12 : 1e-6);
    expect(same(singles.initial.forward.y!)).toBeLessThan(1e-6);
    // Where all that it has is given, it has no bijectors: it is its base.
    if (flowCase.flow.layout.leaves.every(({ frozen }) => frozen)) return expect(worstDifference(moved.y!, z)).toBe(0);
    expect(worstDifference(moved.y!, z)).toBeGreaterThan(0.01);
    expect(largest(moved.logDet!)).toBeGreaterThan(0.01);
  });
});

describe.each(flows.map((f) => [f.name, f] as const))("flow %s", (name, declare) => {
  it("says of itself what the set asks for", () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(declare.about).toMatch(/^[A-Z].*\.$/);
    expect(declare.cite).toMatch(/\(\d{4}\)/);
    expect(declare.options.safeParse({}).success).toBe(true);
  });

  it("refuses options and points that do not fit", () => {
    const own = someEvent[declare.eventKind];
    const others = Object.values(someEvent).filter((event) => event !== own);
    for (const event of [[], [2, 2], [0], [0, 4, 4], ...others]) {
      expect(() => declare({}, event)).toThrow(InputError);
      expect(() => declare({}, event)).toThrow(`flow ${name}: takes`);
    }
    expect(() => declare({ layerz: 2 }, own)).toThrow(`flow ${name}: unknown option layerz`);
    const flow = declare({}, own);
    const params = input("params", [flow.layout.size]);
    const calls = [flow.forward, flow.inverse, flow.logProb, flow];
    for (const shape of [[4], [4, 2], [4, 5], [4, ...own, 1], [4, ...others[0]!]])
      for (const call of calls) expect(() => call(input("x", shape), params)).toThrow(ShapeError);
    for (const size of [flow.layout.size - 1, flow.layout.size + 1])
      for (const call of calls)
        expect(() => call(input("x", [4, ...own]), input("params", [size]))).toThrow(ShapeError);
  });
});
