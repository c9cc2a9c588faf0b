import { z } from "zod";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, sqrt, square, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { clip, maximum } from "../../ops/extrema.js";
import { gather } from "../../ops/indexing.js";
import { cast, constant, scalar } from "../../ops/leaf.js";
import { lessEqual, where } from "../../ops/logic.js";
import { concat, reshape, slice } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { repeatWhile } from "../../ops/while.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import { InputError } from "../../util/errors.js";
import { essential } from "../../util/options.js";
import { tensor } from "../../util/tensor.js";
import { objective } from "../objective.js";
import { contrast } from "../parts/contrast.js";
import { energyMetrics } from "../parts/metrics.js";
import { drawPartners, sinkhorn, squaredDistances } from "../parts/sinkhorn.js";

const options = z.object({
  temperature: z
    .number()
    .positive()
    .default(0.15)
    .describe("ε, the temperature near the data: the potential is V = ε E")
    .meta(essential),
  warmUp: z
    .number()
    .int()
    .min(0)
    .default(1000)
    .describe("steps of flow matching alone, before the contrastive phase")
    .meta(essential),
  rise: z.number().min(0).lt(1).default(0.8).describe("τ*, time at which the temperature of chains starts to rise"),
  contrastWeight: z
    .number()
    .min(0)
    .default(4)
    .describe("λ, weight of the contrastive loss beside squared distances of velocities"),
  flowWeight: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of flow matching after the warm-up; 0 leaves the likelihood alone to decide"),
  localSteps: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe("k, Langevin steps of each chain")
    .meta(essential),
  stepSize: z
    .number()
    .positive()
    .default(0.02)
    .describe("dt, time of a Langevin step; noise reaches the data at 1")
    .meta(essential),
  regularisation: z.number().positive().default(0.05).describe("of the transport, as a share of the mean cost"),
  iterations: z.number().int().min(1).max(10_000).default(50).describe("Sinkhorn iterations"),
});

type Options = z.output<typeof options>;

interface WalkOptions extends Options {
  /** How many chains start at rows. */
  readonly fromData: number;
  /** Whether they are walked at all. */
  readonly contrastive: Expr;
}

/**
 * Energy matching: one potential `V = ε E` carries noise to the data as a flow and has them as its equilibrium. Each row
 * `x₁` is paired with a point `x₀ ~ N(0, I)` by entropic optimal transport within the batch, and
 *
 *     L = mean w(t) |−∇V(x_t) − (x₁ − x₀)|² + λ (mean V(x⁺) − mean V(x⁻)),    x_t = (1 − t) x₀ + t x₁,  t ~ U(0, 1)
 *
 * without the second term for `warmUp` steps, and with both after. Chains are Langevin at a temperature,
 * `x ← x − dt ∇V + √(2 dt ε(t)) ξ`: one half starts at rows, at ε throughout; the other at noise at time 0, with ε(t) zero up
 * to τ*, so that it follows the flow, linear up to ε at time 1, and ε from then on. At ε it is ula of E with step `ε dt`.
 * So what is fitted near the data is `p ∝ exp(−V/ε) = exp(−E)`, and the velocity of the flow is `−ε ∇E`.
 *
 * In the second phase w is 1 up to τ* and falls to 0 at time 1. Where the two terms disagree they compromise: a flow
 * without time in it has an optimum of its own, which for standard normal data is a flat energy. `flowWeight` 0 leaves
 * the likelihood alone. The weights of separated modes are in neither term: chains from noise go to modes in the shares of
 * the flow and those from rows stay, however deep the modes are.
 * In the first phase, which an iteration tells by a count of steps in the carry, no chain is walked, and `energyModel` is
 * that of the chains' starts.
 */
export const energyMatching = objective({
  name: "energy-matching",
  about: "One potential as a flow from noise, by optimal transport, and as an energy near the data, by contrast.",
  cite: "Balcerak et al. (2025), Energy matching: unifying flow matching and energy-based models for generative modeling",
  expected: [
    {
      options: { warmUp: 500 },
      weights: "wrong",
      why: "Chains from noise go to modes in the shares of the flow, however deep the modes are: no gradient for weights.",
    },
  ],
  trains: ["energy"],
  metrics: {
    flowMatching: {
      about: "How far ε times the gradient is from the velocity of the transport.",
      unit: "squared length",
      label: "flow matching loss",
      progress: { label: "matching", digits: 3 },
    },
    ...energyMetrics,
    contrastive: {
      about: "1 in the second phase, which learns by contrast as well.",
      unit: "share",
      label: "contrastive phase",
    },
  },
  options,
  iteration({ event, energy }, batch, o) {
    if (batch < 2) throw new InputError(`objective energy-matching: needs a batch of 2 rows or more, got ${batch}`);
    const fromData = batch >> 1;
    const points = { law: "normal", shape: [batch, ...event] } as const;
    return {
      groups: ["energy"],
      noise: {
        base: points,
        partner: { law: "uniform", shape: [batch] },
        time: { law: "uniform", shape: [batch] },
        xi: { ...points, shape: [o.localSteps, ...points.shape] },
      },
      carry: { steps: { shape: [], dtype: "float32" } },
      start: () => ({ steps: tensor(Float32Array.of(0), []) }),
      step({ params, carry, batch: x, noise }) {
        const own: EnergyFunction = (at) => energy(at, params.energy);
        const contrastive = lessEqual(o.warmUp, carry.steps!);
        const [matched, weight] = matching(own, x, noise, o);
        const flowMatching = mean(where(contrastive, mul(mul(o.flowWeight, weight), matched), matched));
        const starts = concat([slice(x, 0, 0, fromData), slice(noise.base!, 0, fromData, batch)], 0);
        const negatives = walkFrom(own, starts, noise.xi!, { ...o, fromData, contrastive });
        const { loss: gap, metrics } = contrast(energy, params.energy, x, negatives);
        const weighed = where(contrastive, mul(o.contrastWeight * o.temperature, gap), 0);
        return {
          losses: { energy: add(flowMatching, weighed) },
          carry: { steps: add(carry.steps!, 1) },
          metrics: { flowMatching, ...metrics, contrastive: where(contrastive, 1, 0) },
        };
      },
    };
  },
});

/** `|ε ∇E(x_t) + x₁ − x₀|²` a row, and the weight it has in the second phase. */
function matching(
  energy: EnergyFunction,
  x: Expr,
  { base, partner, time }: ExprRecord,
  { temperature, rise, regularisation, iterations }: Options,
): [matched: Expr, weight: Expr] {
  const log = sinkhorn(squaredDistances(x, base!), regularisation, iterations);
  const from = drawPartners(log, base!, partner!);
  const velocity = sub(x, from);
  const t = reshape(time!, [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);
  const { gradient } = energyAndGradient(energy, add(from, mul(t, velocity)));
  const weight = clip(mul(1 / (1 - rise), sub(1, time!)), 0, 1);
  return [sumEvent(square(add(mul(temperature, gradient), velocity))), weight];
}

/** Chains at the temperature of their time: the first `fromData` at ε throughout, the others as it rises. */
function walkFrom(
  energy: EnergyFunction,
  start: Expr,
  xi: Expr,
  { temperature, rise, localSteps, stepSize, fromData, contrastive }: WalkOptions,
): Expr {
  const { dtype, shape } = start;
  const arrived = Float32Array.from({ length: shape[0]! }, (_, i) => (i < fromData ? 1 : 0));
  const least = cast(
    constant(
      tensor(
        arrived,
        shape.map((n, i) => (i === 0 ? n : 1)),
      ),
    ),
    dtype,
  );
  const step = temperature * stepSize;
  return repeatWhile(
    { init: { x: start }, most: scalar(localSteps, "int64"), condition: () => contrastive },
    ({ x }, index) => {
      const time = mul(stepSize, add(cast(index, dtype), 1));
      const risen = clip(mul(1 / (1 - rise), sub(time, rise)), 0, 1);
      const spread = sqrt(mul(2 * step, maximum(risen, least)));
      const { gradient } = energyAndGradient(energy, x!);
      return { x: add(sub(x!, mul(step, gradient)), mul(spread, gather(xi, index))) };
    },
  ).x!;
}
