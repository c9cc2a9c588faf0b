import { grad } from "../autodiff/grad.js";
import type { NormalCloud } from "../data/normal-mixture.js";
import type { Expr } from "../ir/expr.js";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { cast as castExpr, constant, input } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { compile } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import type { Rows } from "../util/rows.js";
import { cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { summarizeCells } from "./cells.js";
import { type Density, rowsFor } from "./density.js";
import { type Extrapolation, extrapolationsFrom } from "./extrapolation.js";
import { rowChains } from "./row-chains.js";
import { givenClouds, type RowMixture } from "./row-proposal.js";

export interface DenoiseOptions {
  /** Standard deviation of the noise: one number, or one a coordinate, the last axis fastest. */
  readonly sigma: number | ArrayLike<number>;
  /**
   * `posterior` samples the law of x given y. `gradient` is one step `y − σ² ∇E(y)`: the posterior mean (Tweedie's
   * formula) when E is the energy of the smoothed density, which is used where the energy knows it; with any other
   * energy an approximation for small σ. `posterior` unless said.
   */
  readonly method?: "posterior" | "gradient" | undefined;
  /** Needed by `posterior`. */
  readonly key?: Key | undefined;
  /** Rows `(m, ...event)` that the model was trained on: with as much noise they tell which noisy rows lie outside. */
  readonly seen?: FloatTensor | undefined;
  /** A normal law of all coordinates near the model: given a noisy row its chains start at draws of it and walk in its units. */
  readonly near?: NormalCloud | undefined;
  readonly chains?: number | undefined;
  readonly warmup?: number | undefined;
  readonly draws?: number | undefined;
  /** Told after every few steps. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
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
  /** With `seen`: noisy rows unlike those of the training with as much noise. The model there is its own guess. */
  readonly outside?: readonly Extrapolation[];
}

/**
 * The mean of x given `y = x + N(0, σ²)`, with p(x) as the prior: the law of x has energy `E(x) + Σ (yᵢ − xᵢ)²/2σᵢ²`,
 * and every row has chains of its own. Points are real.
 * Source: Robbins (1956) and Miyasawa (1961), often called Tweedie's formula, for `gradient`.
 * @throws InputError when sigma is not positive or of another length, a key is missing, y is not finite, or points are not real.
 */
export async function denoise(model: Density, rows: Rows, options: DenoiseOptions): Promise<Denoised> {
  const { method = "posterior", key } = options;
  const { energy } = model;
  const y = rowsFor("denoise", model, rows);
  if (energy.support.kind !== "real") throw new InputError("denoise: the noise is normal, and points are not real");
  const d = sizeOf(energy.event);
  const sigma = noiseOf(options.sigma, d);
  const bad = y.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new InputError(`denoise: row ${Math.floor(bad / d)} (from 0) holds ${y.data[bad]}`);
  const told = options.seen ? { outside: outsideOf(options.seen, y, sigma, key) } : {};
  if (method === "gradient") return { ...(await stepAlong(model, y, sigma)), ...told };
  if (method !== "posterior")
    throw new InputError(`denoise: method is ${JSON.stringify(method)}, expected posterior or gradient`);
  if (!key) throw new InputError("denoise: posterior draws; give a key");
  const { x: draws } = await rowChains(
    "denoise",
    {
      model,
      free: d,
      given: tensor(Float64Array.from(y.data), [y.shape[0]!, d]),
      // Chains walk in `u = (x − y)/σ`, where a row's law is about as wide as the standard normal however small σ is.
      energy: (joint, u, own) =>
        add(
          joint(reshape(add(own, mul(row(sigma, u), u)), [u.shape[0]!, ...energy.event])),
          mul(0.5, sum(square(u), 1)),
        ),
      ...(options.near ? { units: unitsOf(options.near, y, sigma) } : {}),
      complete: (i, free) => free.map((u, j) => y.data[i * d + j]! + sigma[j]! * u),
    },
    { ...options, key },
  );
  const { mean, standardError, worst } = summarizeCells(draws);
  return {
    x: tensor(
      mean.map((u, i) => y.data[i]! + sigma[i % d]! * u),
      y.shape,
    ),
    standardError: tensor(
      standardError.map((v, i) => sigma[i % d]! * v),
      y.shape,
    ),
    worst,
    ...told,
  };
}

/** The law of `(x − y)/σ` given y, where x is normal. */
function unitsOf({ mean, covariance }: NormalCloud, y: FloatTensor, sigma: Float64Array): RowMixture {
  const d = sigma.length;
  const c = covariance as readonly (readonly number[])[];
  const index = [...sigma.keys()];
  // x and y side by side.
  const both = {
    weight: 1,
    mean: [...mean, ...mean],
    covariance: [
      ...index.map((i) => [...c[i]!, ...c[i]!]),
      ...index.map((i) => [...c[i]!, ...c[i]!.map((v, j) => (i === j ? v + sigma[i]! ** 2 : v))]),
    ],
  };
  const given = index.map((j) => d + j);
  const found = givenClouds([both], index, given, y.data, { wider: 1, some: 0 });
  return {
    ...found,
    means: found.means.map((v, i) => (v - y.data[i]!) / sigma[i % d]!),
    lowers: found.lowers.map((lower) => lower.map((v, i) => v / sigma[Math.floor(i / d)]!)),
  };
}

/** Noisy rows among others with the same noise. */
function outsideOf(seen: FloatTensor, y: FloatTensor, sigma: Float64Array, key: Key = makeKey(0)) {
  const d = sigma.length;
  const noise = normal(fold(key, "seen"), [seen.data.length], "float64").data;
  const noisy = tensor(
    noise.map((v, i) => seen.data[i]! + sigma[i % d]! * v),
    seen.shape,
  );
  return extrapolationsFrom(noisy)(y, [...Array(y.shape[0]!).keys()], [...sigma.keys()]);
}

/** One number a coordinate. */
function noiseOf(sigma: number | ArrayLike<number>, d: number): Float64Array {
  const each = typeof sigma === "number" ? new Float64Array(d).fill(sigma) : Float64Array.from(sigma);
  if (each.length !== d)
    throw new InputError(`denoise: sigma has ${each.length} numbers for points of ${d} coordinates`);
  const bad = each.find((v) => !(v > 0 && v < Number.POSITIVE_INFINITY));
  if (bad !== undefined) throw new InputError(`denoise: sigma is ${bad}, expected a positive number`);
  return each;
}

const row = (values: Float64Array, { dtype }: Expr): Expr => castExpr(constant(tensor(values)), dtype);

async function stepAlong({ energy, params, engine }: Density, y: FloatTensor, sigma: Float64Array): Promise<Denoised> {
  const theta = energy.layout.size > 0 ? input("params", [energy.layout.size], "float64") : undefined;
  const x = input("x", y.shape, "float64");
  // What an energy knows of itself smoothed is for noise that is the same in every coordinate.
  const smoothed = sigma.every((v) => v === sigma[0]) ? energy.smoothed : undefined;
  const values: Expr = smoothed ? smoothed(x, sigma[0]!, theta) : energy(x, theta);
  const [slope] = grad(sum(values), [x]);
  const variance = reshape(constant(tensor(sigma.map((v) => v ** 2))), energy.event);
  const inputs = { x, ...(theta ? { params: theta } : {}) };
  const program = await compile(inputs, { x: sub(x, mul(variance, slope)) }, { engine });
  const given = theta && params ? { params: cast(params, "float64") } : {};
  const moved = (await program.run({ x: cast(y, "float64"), ...given })).x!;
  return { x: tensor(Float64Array.from(floats(moved)), y.shape), exact: smoothed !== undefined };
}
