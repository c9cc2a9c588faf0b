/** Every flow given a context: a density for each, and the plain flow where there is none. */

import { describe, expect, it } from "vitest";
import { grad, rowJacobian } from "../../src/autodiff/grad.js";
import { realnvp } from "../../src/flows/realnvp.js";
import { constant, input } from "../../src/ops/leaf.js";
import { broadcastTo, slice } from "../../src/ops/shape.js";
import { mean } from "../../src/ops/special.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import { compile, evaluate } from "../../src/runtime/program.js";
import { InputError, ShapeError } from "../../src/util/errors.js";
import { mapValues } from "../../src/util/records.js";
import { sizeOf, tensor } from "../../src/util/tensor.js";
import { determinant } from "../support/determinant.js";
import { conditionalCases, flows, someEvent } from "../support/flow-cases.js";
import { numbers, worstDifference } from "../support/tensors.js";

const key = makeKey(15);
const N = 16;
const K = 2;
const cases = conditionalCases([1, 2, 3], K).map((c) => [c.label, c] as const);
const rows = (name: string, d: number) => normal(fold(key, name), [N, d], "float64");

describe.each(cases)("flow given a context: %s", (_, { flow, d, k, params }) => {
  const p = constant(params);

  it("is a map for each context: it comes back, and knows its volume change", async () => {
    const [x, y, c] = [input("x", [N, d], "float64"), input("y", [N, d], "float64"), input("c", [N, k], "float64")];
    const [there, back] = [flow.given(c).forward(x, p), flow.given(c).inverse(y, p)];
    const forward = await compile({ x, c }, { ...there, jacobian: rowJacobian(there.y, x) });
    const inverse = await compile({ y, c }, { ...back });
    const contexts = rows("c", k);
    const moved = await forward.run({ x: rows("x", d), c: contexts });
    const found = await inverse.run({ y: moved.y!, c: contexts });
    expect(worstDifference(found.x!, rows("x", d))).toBeLessThan(1e-10);
    const all = numbers(moved.jacobian!);
    const logs = Array.from({ length: N }, (_, n) =>
      Math.log(Math.abs(determinant(all.slice(n * d * d, (n + 1) * d * d), d))),
    );
    expect(worstDifference(moved.logDet!, tensor(Float64Array.from(logs)))).toBeLessThan(1e-10);
  });

  it("lets every number of its context count, each point its own, and one for all the same", async () => {
    const [x, c] = [constant(rows("x", d)), input("c", [N, k], "float64")];
    const logProb = flow.given(c).logProb(x, p);
    const first = flow.given(slice(c, 0, 0, 1)).logProb(x, p);
    const repeated = flow.given(broadcastTo(slice(c, 0, 0, 1), [N, k])).logProb(x, p);
    const program = await compile({ c }, { logProb, first, repeated, jacobian: rowJacobian(logProb, c) });
    const contexts = rows("c", k);
    const found = await program.run({ c: contexts });
    expect(found.jacobian!.shape).toEqual([N, 1, k]);
    for (const v of numbers(found.jacobian!)) expect(v).not.toBe(0);
    expect(numbers(found.first!)).toEqual(numbers(found.repeated!));
    expect(numbers(found.first!)[0]).toBeCloseTo(numbers(found.logProb!)[0]!, 12);
    // Another context for the last point changes that point alone.
    const changed = contexts.data.map((v, i) => (i < (N - 1) * k ? v : v + 1));
    const other = numbers((await program.run({ c: tensor(changed, [N, k]) })).logProb!);
    const same = other.map((v, i) => v === numbers(found.logProb!)[i]);
    expect(same).toEqual([...new Array(N - 1).fill(true), false]);
  });

  it("gives with each draw the log-density that it has there", async () => {
    const specs = mapValues(flow.given(constant(rows("c", k))).noise(N), (s) => ({ ...s, dtype: "float64" as const }));
    const own = flow.given(constant(rows("c", k)));
    const { x, logProb } = own.sample(mapValues(drawNoise(key, specs), constant), p);
    const found = await evaluate({ x, logProb, again: own.logProb(x, p) });
    expect(found.x.shape).toEqual([N, d]);
    expect(worstDifference(found.logProb, found.again)).toBeLessThan(1e-10);
  });

  it("sends a derivative of the likelihood to every leaf", async () => {
    const theta = input("params", [flow.layout.size], "float64");
    const value = mean(flow.given(constant(rows("c", k))).logProb(constant(rows("x", d)), theta));
    const program = await compile({ theta }, { gradient: grad(value, [theta])[0] });
    const gradient = numbers((await program.run({ theta: params })).gradient!);
    for (const { name, offset, shape } of flow.layout.leaves)
      expect(
        gradient.slice(offset, offset + sizeOf(shape)).some((g) => g !== 0),
        name,
      ).toBe(true);
  });
});

describe.each(cases.filter(([, c]) => c.d === 1))("flow given a context: %s", (_, { flow, k, params }) => {
  it("integrates to 1 for each context", async () => {
    const [n, width] = [8000, 40 / 8000];
    const x = constant(
      tensor(
        Float64Array.from({ length: n }, (_, i) => -20 + (i + 0.5) * width),
        [n, 1],
      ),
    );
    const c = input("c", [1, k], "float64");
    const program = await compile({ c }, { logProb: flow.given(c).logProb(x, constant(params)) });
    const masses: number[] = [];
    for (const given of [
      [0, 0],
      [1, -1],
      [-2, 1.5],
    ]) {
      const { logProb } = await program.run({ c: tensor(Float64Array.from(given), [1, k]) });
      masses.push(numbers(logProb!).reduce((s, v) => s + Math.exp(v) * width, 0));
    }
    for (const mass of masses) expect(Math.abs(mass - 1)).toBeLessThan(1e-4);
  });
});

describe.each(flows.map((f) => [f.name, f] as const))("flow %s", (name, declare) => {
  const event = someEvent[declare.eventKind];

  it("given no context is the plain flow, bit for bit", async () => {
    const [plain, none] = [declare({}, event), declare.conditional({}, event, 0)];
    expect(none.context).toBe(0);
    expect(none.layout).toEqual(plain.layout);
    expect(none.init(key)).toEqual(plain.init(key));
    const params = constant(normal(key, [plain.layout.size]));
    const x = constant(normal(key, [N, ...event]));
    const found = await evaluate({ a: plain.logProb(x, params), b: none.given().logProb(x, params) });
    expect(numbers(found.a)).toEqual(numbers(found.b));
  });

  it("refuses contexts that do not fit", () => {
    for (const k of [-1, 1.5, Number.NaN]) expect(() => declare.conditional({}, event, k)).toThrow(InputError);
    expect(() => declare.conditional({ layerz: 2 }, event, 0)).toThrow(`flow ${name}: unknown option layerz`);
    expect(() => declare.conditional({}, [2, 2], 1)).toThrow(InputError);
    if (declare.contextless) {
      expect(() => declare.conditional({}, event, 3)).toThrow(`flow ${name}: reads no context`);
      return;
    }
    const flow = declare.conditional({}, [2], 3);
    const params = input("params", [flow.layout.size]);
    for (const shape of [[3], [4, 2], [4, 3, 1]]) expect(() => flow.given(input("c", shape))).toThrow(ShapeError);
    expect(() => flow.given()).toThrow("expected (n, 3)");
    expect(() => declare.conditional({}, [2], 0).given(input("c", [4, 1]))).toThrow(ShapeError);
    const own = flow.given(input("c", [4, 3]));
    for (const call of [own.forward, own.inverse, own.logProb, own])
      expect(() => call(input("x", [5, 2]), params)).toThrow("4 contexts for 5 points");
  });
});

it("starts without a view of its context", async () => {
  const flow = realnvp.conditional({ layers: 2, hidden: [8] }, [2], 1);
  const x = constant(normal(key, [N, 2]));
  const params = constant(tensor(flow.init(key)));
  const at = (v: number) => flow.given(constant(tensor(Float32Array.of(v), [1, 1]))).logProb(x, params);
  const found = await evaluate({ a: at(0), b: at(3) });
  expect(numbers(found.a)).toEqual(numbers(found.b));
});
