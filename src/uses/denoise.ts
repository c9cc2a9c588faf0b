import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { input } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import type { Key } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { summarizeCells } from "./cells.js";
import { countRows, type Model } from "./model.js";
import { rowChains } from "./row-chains.js";

export interface DenoiseOptions {
  /** Standard deviation of the noise in every coordinate. */
  readonly sigma: number;
  /**
   * `posterior` samples the law of x given y. `gradient` is one step `y − σ² ∇E(y)`: the posterior mean (Tweedie's
   * formula) when E is the energy of the smoothed density, which is used where the energy knows it; with any other
   * energy an approximation for small σ. `posterior` unless said.
   */
  readonly method?: "posterior" | "gradient" | undefined;
  /** Needed by `posterior`. */
  readonly key?: Key | undefined;
  readonly chains?: number | undefined;
  readonly warmup?: number | undefined;
  readonly draws?: number | undefined;
}

export interface Denoised {
  /** `E[x | y]`, `(n, ...event)`. */
  readonly x: Tensor<Float64Array>;
  /** Of `posterior`: Monte Carlo standard error of each number, `(n, ...event)`. */
  readonly standardError?: Tensor<Float64Array>;
  /** Of `posterior`: the largest split R-hat and the smallest effective sample size over all numbers. */
  readonly worst?: { readonly rhat: number; readonly ess: number };
  /** Of `gradient`: whether the energy of the smoothed density was used, so that x is the exact posterior mean. */
  readonly exact?: boolean;
}

/**
 * The mean of x given `y = x + N(0, σ²)`, with p(x) as the prior: the law of x has energy `E(x) + |y − x|²/2σ²`, and
 * every row has chains of its own. Points are real.
 * Source: Robbins (1956) and Miyasawa (1961), often called Tweedie's formula, for `gradient`.
 * @throws InputError when sigma is not positive, a key is missing, y is not finite, or points are not real.
 */
export async function denoise(model: Model, y: FloatTensor, options: DenoiseOptions): Promise<Denoised> {
  const { sigma, method = "posterior", key } = options;
  const { energy } = model;
  const n = countRows("denoise", model, y);
  if (energy.support.kind !== "real") throw new InputError("denoise: the noise is normal, and points are not real");
  if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY))
    throw new InputError(`denoise: sigma is ${sigma}, expected a positive number`);
  const bad = y.data.findIndex((v) => !Number.isFinite(v));
  const d = sizeOf(energy.event);
  if (bad >= 0) throw new InputError(`denoise: row ${Math.floor(bad / d)} (from 0) holds ${y.data[bad]}`);
  if (method === "gradient") return stepAlong(model, y, sigma);
  if (method !== "posterior")
    throw new InputError(`denoise: method is ${JSON.stringify(method)}, expected posterior or gradient`);
  if (!key) throw new InputError("denoise: posterior draws; give a key");
  const draws = await rowChains(
    "denoise",
    {
      model,
      free: d,
      given: tensor(Float64Array.from(y.data), [n, d]),
      energy: (joint, x, own) =>
        add(joint(reshape(x, [x.shape[0]!, ...energy.event])), mul(0.5, sum(square(mul(1 / sigma, sub(x, own))), 1))),
      complete: (_, free) => free,
    },
    { ...options, key },
  );
  const { mean, standardError, worst } = summarizeCells(draws);
  return { x: tensor(mean, y.shape), standardError: tensor(standardError, y.shape), worst };
}

async function stepAlong({ energy, params }: Model, y: FloatTensor, sigma: number): Promise<Denoised> {
  const theta = energy.layout.size > 0 ? input("params", [energy.layout.size], "float64") : undefined;
  const x = input("x", y.shape, "float64");
  const values: Expr = energy.smoothed ? energy.smoothed(x, sigma, theta) : energy(x, theta);
  const [slope] = grad(sum(values), [x]);
  const program = await compile({ x, ...(theta ? { params: theta } : {}) }, { x: sub(x, mul(sigma ** 2, slope)) });
  const given = theta && params ? { params: cast(params, "float64") } : {};
  const moved = (await program.run({ x: cast(y, "float64"), ...given })).x!;
  return { x: tensor(Float64Array.from(floats(moved)), y.shape), exact: energy.smoothed !== undefined };
}
