import { describe, expect, it } from "vitest";
import { curvedEnergy } from "../../../test/support/curved-energy.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { gaussianProposal, targetOf } from "../../../test/support/sampler-targets.js";
import { sinhProposal } from "../../../test/support/sinh-proposal.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import { realnvp } from "../../flows/realnvp.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { locals, whyUnmet } from "../roles/local.js";
import type { Sampler } from "../sampler.js";
import { proposalOf, type Target } from "../target.js";
import { neutra } from "./neutra.js";

const key = makeKey(37);
const CHAINS = 32;
const start = normal(fold(key, "start"), [CHAINS, 2], "float64");
const curved = makeEnergy({ event: [2], energy: curvedEnergy });

/** Where a sampler is after some steps, and what it last reported. */
async function walked(sampler: unknown, options: Record<string, unknown>, target: Target, steps = 6) {
  const kernel = await hostKernel((t) => (sampler as Sampler)(t, options), target, "float64");
  const { state, info } = await kernel.walk(await kernel.init(start), fold(key, "walk"), steps);
  return { x: state.x!, acceptance: info.acceptance };
}

const suited = locals.filter((kernel) => whyUnmet(kernel, { alone: true }) === null);
const stepped = suited.filter((kernel) => "stepSize" in kernel.options.shape);

it("takes every local kernel that needs the energy alone", () => {
  expect(stepped.length).toBeGreaterThan(4);
  expect(suited.length).toBeGreaterThan(stepped.length);
});

describe.each(suited.map((kernel) => [kernel.name, kernel] as const))("with %s", (local, kernel) => {
  it("is the local kernel when the flow is the identity", async () => {
    const target = targetOf({ energy: curved, ...gaussianProposal(2, 0, 1) }, CHAINS, "float64");
    const latent = await walked(neutra, { local, stepSize: 0.1 }, target);
    const direct = await walked(kernel, stepped.includes(kernel) ? { stepSize: 0.1 } : {}, target);
    expect(worstDifference(latent.x, direct.x)).toBeLessThan(1e-12);
    expect(worstDifference(latent.x, start)).toBeGreaterThan(0.1);
    if (direct.acceptance) expect(worstDifference(latent.acceptance!, direct.acceptance)).toBeLessThan(1e-12);
  });

  it.runIf(stepped.includes(kernel))("is the local kernel of another step size when the flow stretches", async () => {
    const sd = Math.exp(Math.fround(Math.log(2)));
    const target = targetOf({ energy: curved, ...gaussianProposal(2, 0.5, 2) }, CHAINS, "float64");
    const latent = await walked(neutra, { local, stepSize: 0.02 }, target);
    // Langevin steps are squares of lengths; the others are lengths.
    const stepSize = local === "mala" || local === "ula" ? 0.02 * sd * sd : 0.02 * sd;
    const direct = await walked(kernel, { stepSize }, target);
    expect(worstDifference(latent.x, direct.x)).toBeLessThan(1e-11);
  });
});

it("moves z under E(T(z)) − log |det J|, with the Jacobian once", async () => {
  const target = { energy: curvedEnergy, event: [2], chains: CHAINS, proposal: sinhProposal(2) };
  const kernel = await hostKernel((t) => neutra(t, { local: "mala" }), target, "float64");
  const { state } = await kernel.walk(await kernel.init(start), fold(key, "walk"), 5);
  const [x, z] = [numbers(state.x!), numbers(state["z.x"]!)];
  for (let i = 0; i < CHAINS; i++) {
    const [a, b] = [0, 1].map((j) => Math.sinh(z[2 * i + j]!)) as [number, number];
    expect(x[2 * i]).toBeCloseTo(a, 12);
    expect(x[2 * i + 1]).toBeCloseTo(b, 12);
    const logDet = Math.log(Math.cosh(z[2 * i]!)) + Math.log(Math.cosh(z[2 * i + 1]!));
    const energy = Math.exp(a) - a + (b - a * a) ** 2 / 2;
    expect(Math.abs(numbers(state["z.energy"]!)[i]! - (energy - logDet))).toBeLessThan(1e-11 * Math.max(1, energy));
  }
});

it("sees the base of a flow that is the target: a standard normal, whose gradient is z", async () => {
  const flow = realnvp({ layers: 4, hidden: [8] }, [2]);
  const first = flow.init(makeKey(0));
  const noise = normal(fold(key, "params"), [first.length], "float64").data;
  const params = constant(tensor(noise.map((v, i) => first[i]! + 0.3 * v)));
  const energy = (x: Parameters<Target["energy"]>[0]) => flow(x, params);
  const target = { energy, event: [2], chains: CHAINS, proposal: proposalOf(flow, params) };
  const kernel = await hostKernel((t) => neutra(t, { local: "mala" }), target, "float64");
  const state = await kernel.init(start);
  expect(worstDifference(state["z.gradient"]!, state["z.x"]!)).toBeLessThan(1e-9);
  // Not trivially: the flow moves points.
  expect(worstDifference(state["z.x"]!, start)).toBeGreaterThan(0.1);
});

it("says what it costs, and what it needs", () => {
  const of = (options: object) => neutra.gradients(neutra.options.parse(options));
  expect([of({}), of({ local: "mala" }), of({ local: "random-walk" })]).toEqual([10, 1, 0]);
  const { forward, ...drawn } = sinhProposal(2);
  expect(forward).toBeDefined();
  const target = { energy: curvedEnergy, event: [2], chains: 1, proposal: drawn };
  expect(() => neutra(target)).toThrow("sampler neutra: needs a flow with forward and inverse");
});
