import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { input } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { fold, makeKey } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { compile } from "../runtime/program.js";
import { InputError, ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { energyOf } from "./evaluate.js";
import { gaussianEnergy } from "./gaussian.js";
import { ising, isingEnergy } from "./ising.js";
import { reshaped } from "./reshaped.js";
import { uniformStates } from "./support.js";

const key = makeKey(37);
const lattice = isingEnergy([3, 2], { coupling: 0.4, field: -0.2, boundary: "free", learn: true });
const params = tensor(Float32Array.of(0.7, 0.3));
const flat = uniformStates(lattice.support as { kind: "binary"; values: [number, number] }, [6], 20, key);
const square = tensor(flat.data, [20, 3, 2]);

describe("a lattice as rows", () => {
  const rows = reshaped(lattice, [6]);

  it("has the energies, the parameters, the support and the log Z of the lattice", async () => {
    expect([rows.event, rows.layout, rows.support]).toEqual([[6], lattice.layout, lattice.support]);
    expect(await energyOf(rows, "float64")(flat, params)).toEqual(await energyOf(lattice, "float64")(square, params));
    const theta = input("params", [2]);
    const program = await compile({ params: theta }, { rows: rows.logZ!(theta), lattice: lattice.logZ!(theta) });
    const found = await program.run({ params });
    expect(numbers(found.rows!)).toEqual(numbers(found.lattice!));
  });

  it("is swept and tempered as the lattice is", async () => {
    const [x, theta] = [input("x", [20, 6]), input("params", [2])];
    const noise = rows.blocks!.noise(20);
    const u = input("u", noise.u!.shape);
    const inside = input("square", [20, 3, 2]);
    const program = await compile(
      { x, square: inside, params: theta, u },
      {
        rows: rows.blocks!.sweep(x, { u }, theta, 0.5),
        lattice: lattice.blocks!.sweep(inside, { u }, theta, 0.5),
        hot: sum(rows.blocks!.tempered(x, theta, 0.5)),
        hotLattice: sum(lattice.blocks!.tempered(inside, theta, 0.5)),
      },
    );
    const single = (t: typeof flat, shape: number[]) => tensor(Float32Array.from(t.data), shape);
    const given = { x: single(flat, [20, 6]), square: single(square, [20, 3, 2]), params };
    const found = await program.run({ ...given, ...drawNoise(fold(key, "sweep"), noise) });
    expect(found.rows!.shape).toEqual([20, 6]);
    expect(numbers(found.rows!)).toEqual(numbers(found.lattice!));
    expect(numbers(found.hot!)).toEqual(numbers(found.hotLattice!));
    expect(rows.blocks!.scales).toBe(true);
  });

  it("is what ising makes of rows and a width, and of nothing else", () => {
    expect(ising({ width: 2, boundary: "free" }, { event: [6] }).event).toEqual([6]);
    for (const given of [{}, { width: 4 }]) expect(() => ising(given, { event: [6] })).toThrow(InputError);
    expect(() => ising({}, { event: [6] })).toThrow("energy ising: points are rows of 6 numbers; set option width");
  });
});

it("passes on exact draws and the constant, and refuses another number of numbers", () => {
  const plane = gaussianEnergy([4], 1, 2);
  const same = reshaped(plane, [2, 2]);
  expect(same.exact!.logZ).toBe(plane.exact!.logZ);
  const drawn = same.exact!.sample!(key, 3);
  expect(drawn.shape).toEqual([3, 2, 2]);
  expect(numbers(drawn)).toEqual(numbers(plane.exact!.sample!(key, 3)));
  expect(() => reshaped(plane, [3])).toThrow(ShapeError);
});
