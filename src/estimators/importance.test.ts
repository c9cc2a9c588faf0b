import { describe, expect, it } from "vitest";
import { makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { tilted } from "../energies/tilted.js";
import { realnvp } from "../flows/realnvp.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { weightedDraws } from "./importance.js";

const key = makeKey(63);
const flow = realnvp({ layers: 2, hidden: [8] }, [3]);
const energy = tilted({ base: "flow", hidden: [8] }, { event: [3], base: flow });
const params = energy.init(key).map((v, i) => v + 0.1 * Math.sin(i));
const base = params.slice(0, flow.layout.size);

const weighed = (flowParams: Float32Array) =>
  weightedDraws({ energy, params: tensor(params), flow, flowParams: tensor(flowParams) }, key, 500);

describe("weights of draws of the flow under an energy that tilts it", () => {
  it("are those of the whole energy, and its energies too, to rounding", async () => {
    const { x, logProb, logWeights, energies } = await weighed(base);
    const whole = await energyOf(energy, "float32")(x, tensor(params));
    for (const [i, e] of whole.entries()) {
      expect(Math.abs(energies[i]! - e)).toBeLessThan(1e-4);
      expect(Math.abs(logWeights[i]! + e + logProb[i]!)).toBeLessThan(1e-4);
    }
    expect(Math.max(...logWeights) - Math.min(...logWeights)).toBeGreaterThan(0.1);
  });

  it("are of the whole where the flow is no longer the base", async () => {
    const { x, logProb, logWeights } = await weighed(base.map((v) => v + 0.05));
    const whole = await energyOf(energy, "float32")(x, tensor(params));
    expect(Array.from(logWeights)).toEqual(Array.from(whole, (e, i) => -e - logProb[i]!));
    const tilts = await energyOf(makeEnergy({ ...energy, energy: energy.tilting!.energy }), "float32")(
      x,
      tensor(params),
    );
    // The negative control: the tilt alone is something else then.
    expect(Math.max(...tilts.map((e, i) => Math.abs(logWeights[i]! + e)))).toBeGreaterThan(0.01);
  });
});
