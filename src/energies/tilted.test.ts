import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { realnvp } from "../flows/realnvp.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import type { Energy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { tilted } from "./tilted.js";

const key = makeKey(22);
const points = constant(normal(fold(key, "x"), [20, 2], "float64"));
const fitted = realnvp({ layers: 2, hidden: [8], base: "mixture" }, [2]);
const valuesOf = async (energy: Energy, params?: Float32Array): Promise<number[]> => {
  const given = params && params.length > 0 ? constant(tensor(Float64Array.from(params))) : undefined;
  return numbers((await evaluate({ e: energy(points, given) })).e);
};

describe("tilted", () => {
  it("starts as its gaussian base, to the last bit", async () => {
    const energy = tilted({ scale: 1.5 }, { event: [2] });
    expect(await valuesOf(energy, energy.init(key))).toEqual(await valuesOf(gaussianEnergy([2], 0, 1.5)));
  });

  it("starts as the flow it is given, whose parameters it holds frozen, under one name each", async () => {
    const energy = tilted({ base: "flow" }, { event: [2], base: fitted });
    const params = energy.init(key);
    const own = params.slice(0, fitted.layout.size);
    expect([...own]).toEqual([...fitted.init(fold(key, "base"))]);
    expect(await valuesOf(energy, params)).toEqual(await valuesOf(fitted, own));
    expect(energy.layout.size).toBe(params.length);
    for (const { name, frozen, offset } of energy.layout.leaves) {
      expect(frozen === true, name).toBe(name.startsWith("base."));
      expect(offset < fitted.layout.size, name).toBe(name.startsWith("base."));
    }
    expect(new Set(energy.layout.leaves.map((l) => l.name)).size).toBe(energy.layout.leaves.length);
  });

  it("is no longer its base once its last layer has moved", async () => {
    const energy = tilted({}, { event: [2] });
    const moved = energy.init(key).map((v, i) => v + 0.1 * Math.sin(i));
    const [base, now] = [await valuesOf(gaussianEnergy([2], 0, 1)), await valuesOf(energy, moved)];
    expect(Math.max(...now.map((v, i) => Math.abs(v - base[i]!)))).toBeGreaterThan(0.01);
  });

  it("says what it lacks when it is asked for a flow and there is none", () => {
    expect(() => tilted({ base: "flow" }, { event: [2] })).toThrow(InputError);
    expect(() => tilted({ base: "flow" }, { event: [2] })).toThrow("energy tilted: needs a flow as its base");
  });
});
