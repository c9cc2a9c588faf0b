/**
 * Posteriors of 7 to 10 coordinates, in coordinates of about unit variance: where an operation is small, and its cost is
 * that of asking for it.
 */

import { makeEnergy } from "ebbflow/energies";
import {
  add,
  addAll,
  constant,
  div,
  exp,
  input,
  matmul,
  mul,
  reshape,
  slice,
  softplus,
  square,
  sub,
  sum,
} from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compile } from "ebbflow/runtime";
import { energyAndGradient, hmc, nuts, sample } from "ebbflow/samplers";

/** Draws a call. */
const draws = 1000;
const key = makeKey(5);

const known = (data, shape) => ({ dtype: "float32", shape, data: Float32Array.from(data) });
const columns = (x, from, to = from + 1) => slice(x, 1, from, to);
const column = (x, i) => reshape(columns(x, i), [x.shape[0]]);
const total = (x) => sum(x, 1);
/** `log σ` by its half-Cauchy law, with the Jacobian of the logarithm. */
const halfCauchy = (logS, scale) => sub(softplus(mul(2, sub(logS, Math.log(scale)))), logS);

/** `n log σ + |r|²/2σ²`. */
const gaussian = (residuals, logSigma) =>
  add(mul(residuals.shape[1], logSigma), mul(0.5, mul(exp(mul(-2, logSigma)), total(square(residuals)))));

/** 46 rows of six covariates that follow one another, as the logarithms of sizes of bushes do. */
function bushes() {
  const [rows, p] = [46, 6];
  const [common, own, noise] = ["common", "own", "noise"].map((n) => normal(fold(key, n), [rows, p]).data);
  const x = Array.from({ length: rows * p }, (_, i) => 0.7 * common[i - (i % p)] + 0.5 * own[i]);
  const weights = [0.4, 1.1, 0.4, 0.4, 0.1, -0.6];
  const y = Array.from(
    { length: rows },
    (_, i) => 5 + weights.reduce((sum, b, j) => sum + b * x[i * p + j], 0) + 0.33 * noise[i * p],
  );
  return { covariates: known(x, [rows, p]), y: known(y, [rows]) };
}

/** 200 values of an autoregression of five steps, and what came before each: `past (195, 5)`. */
function series() {
  const [n, order] = [200, 5];
  const noise = normal(fold(key, "series"), [n]).data;
  const weights = [0.45, 0.2, -0.2, 0.15, 0.1];
  const y = [];
  for (let t = 0; t < n; t++)
    y.push(0.1 + weights.reduce((sum, b, k) => sum + b * (y[t - 1 - k] ?? 0), 0.5 * noise[t]));
  const past = y.slice(order).flatMap((_, i) => weights.map((_, k) => y[i + order - 1 - k]));
  return { past: known(past, [n - order, order]), y: known(y.slice(order), [n - order]) };
}

/**
 * Energies of coordinates `u (chains, d)`, which stand for `centre + scale · u`, from the tensors that peers are given
 * too. Scales are the deviations that a run found, to two digits.
 */
const posteriors = {
  /** Rubin (1981), not centred: `(μ, log τ, t₁ … t₈)`. */
  "eight-schools": {
    stepSize: 0.4,
    scale: [3.3, 1.2, ...Array(8).fill(1)],
    centre: [4.4, 0.8, ...Array(8).fill(0)],
    data: {
      effects: known([28, 8, -3, 7, -1, 1, 18, 12], [8]),
      errors: known([15, 10, 16, 11, 9, 11, 10, 18], [8]),
    },
    energy: (x, { effects, errors }) => {
      const [mu, eta, t] = [columns(x, 0), columns(x, 1), columns(x, 2, 10)];
      const misfit = div(sub(effects, add(mu, mul(exp(eta), t))), errors);
      const prior = add(mul(1 / 50, square(column(x, 0))), halfCauchy(column(x, 1), 5));
      return add(prior, mul(0.5, total(add(square(t), square(misfit)))));
    },
  },
  /** A regression on six covariates, flat but for its scale: `(b₀ … b₆, log σ)`. */
  regression: {
    stepSize: 0.3,
    scale: [0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.11],
    centre: [5, 0.4, 1.1, 0.4, 0.4, 0.1, -0.6, -1.1],
    data: bushes(),
    energy: (x, { covariates, y }) => {
      const fitted = add(columns(x, 0), matmul(columns(x, 1, 7), covariates, { transposeB: true }));
      return sub(gaussian(sub(y, fitted), column(x, 7)), column(x, 7));
    },
  },
  /** An autoregression of order 5: `(a, b₁ … b₅, log σ)`, wide normal laws, half-Cauchy of scale 2.5. */
  ar5: {
    stepSize: 0.25,
    scale: [0.04, 0.07, 0.08, 0.08, 0.08, 0.07, 0.05],
    centre: [0.1, 0.45, 0.2, -0.2, 0.15, 0.1, -0.7],
    data: series(),
    energy: (x, { past, y }) => {
      const fitted = add(columns(x, 0), matmul(columns(x, 1, 6), past, { transposeB: true }));
      const prior = mul(1 / 200, total(square(columns(x, 0, 6))));
      return addAll([gaussian(sub(y, fitted), column(x, 6)), prior, halfCauchy(column(x, 6), 2.5)]);
    },
  },
};

const wall = () => performance.now();
/** Leapfrog steps a draw. */
const leapfrogs = 8;

/** Draws of `sample` from given points, at a given step size; the results are one trajectory of HMC that is accepted. */
async function smallPosterior({ posterior, chains = 8 }, engine, sampler) {
  const { stepSize, scale, centre, data, energy } = posteriors[posterior];
  const event = [scale.length];
  const given = {
    ...data,
    scale: known(scale, event),
    centre: known(centre, event),
    start: normal(fold(key, "start"), [chains, ...event]),
    momentum: normal(fold(key, "momentum"), [chains, ...event]),
  };
  const constants = Object.fromEntries(Object.entries(data).map(([name, tensor]) => [name, constant(tensor)]));
  const ofUnits = (u) => energy(add(constant(given.centre), mul(u, constant(given.scale))), constants);
  const target = makeEnergy({ event, energy: ofUnits });
  // What is chosen for a run of the usual length, however many draws a call makes.
  const usual = { ...engine, choose: (results) => engine.choose(results, 2000) };

  const symbols = { start: input("start", [chains, ...event]), momentum: input("momentum", [chains, ...event]) };
  const kernel = hmc({ energy: ofUnits, event, chains }, { stepSize, leapfrogs });
  // In the middle of the jitter, and accepted.
  const half = constant(known(Array(chains).fill(0.5), [chains]));
  const never = constant(known(Array(chains).fill(1e-30), [chains]));
  const moved = kernel.step(kernel.init(symbols.start), { momentum: symbols.momentum, jitter: half, u: never });
  const check = await compile(symbols, { ...energyAndGradient(ofUnits, symbols.start), moved: moved.state.x });

  /** Draws after the first block, and the time they took; compiling is before. */
  const draw = async (n, clock, at) => {
    let began;
    let done = 0;
    const { x } = await sample({
      ...{ energy: target, sampler, engine: usual, start: given.start, key: fold(key, at) },
      ...{ options: sampler === hmc ? { stepSize, leapfrogs } : { stepSize } },
      ...{ warmup: 0, draws: n, metric: "unit" },
      progress: (progress) => {
        began ??= { at: clock(), done: progress.done };
        done = progress.done;
        return true;
      },
    });
    return { x, ms: ((clock() - began.at) * n) / (done - began.done) };
  };
  const began = performance.now();
  await draw(draws, wall, "first");
  return {
    first: performance.now() - began,
    shared: { constants: { stepSize, leapfrogs, draws }, tensors: given, layouts: {} },
    results: await check.run({ start: given.start, momentum: given.momentum }),
    draw: async (n) => (await draw(n, wall, "draws")).x,
    run: async (repeat, clock) => {
      const { x, ms } = await draw(repeat * draws, clock, "run");
      return { ...x, ms };
    },
  };
}

export const hmcPosterior = (size, engine) => smallPosterior(size, engine, hmc);
export const nutsPosterior = (size, engine) => smallPosterior(size, engine, nuts);
