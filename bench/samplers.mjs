/**
 * Samplers beside one another, in this process and in turn: what a leapfrog step of NUTS costs beside one of plain HMC,
 * what flow-assisted chains, NUTS and parallel tempering give a second on targets with separated modes, and what default
 * chains give on the posteriors of `ebbflow reproduce posteriors`.
 */

import { eightGaussians, twoModes } from "ebbflow/data";
import { mixtureEnergy, tilted } from "ebbflow/energies";
import { posteriors } from "ebbflow/experiments";
import { realnvp } from "ebbflow/flows";
import { chainsOf, effectiveSampleSize, modeJumps } from "ebbflow/metrics";
import { flowLikelihood } from "ebbflow/objectives";
import { adam } from "ebbflow/optim";
import { fold, makeKey } from "ebbflow/random";
import { useEngine } from "ebbflow/runtime";
import { flowMc, hmc, nuts, parallelTempering, sample } from "ebbflow/samplers";
import { compileTrainer, trainLoop } from "ebbflow/train";
import { middle } from "./rounds.mjs";
import { columns, geometricMean } from "./table.mjs";
import { vector } from "./vector.mjs";

const key = makeKey(1);
const round = (value, digits = 3) => (Number.isFinite(value) ? Number(value.toPrecision(digits)).toString() : "-");

/** Seconds a gradient evaluation of tuned chains, in each round. */
async function secondsPerGradient(runs, rounds) {
  const times = runs.map(() => []);
  for (let i = 0; i < rounds; i++)
    for (const [k, run] of runs.entries()) {
      const { cost } = await run(fold(key, i));
      times[k].push(cost.seconds / cost.gradients);
    }
  return times;
}

/** A kernel with its step size and metric tuned once; later runs are draws alone. */
async function tunedRun(target, draws) {
  const { tuned, scale } = await sample({ ...target, warmup: 300, draws: 1, key });
  // One size for all chains: the geometric mean.
  const sizes = Object.entries(tuned).map(([name, of]) => [name, geometricMean(of)]);
  const fixed = {
    options: { ...target.options, ...Object.fromEntries(sizes) },
    ...(scale ? { scale } : {}),
    metric: "unit",
    warmup: 0,
  };
  return (at) => sample({ ...target, ...fixed, draws, key: at });
}

/** `nuts / hmc` for network energies tilted by a Gaussian, `batch` chains at a time. */
export async function leapfrogs({ rounds, quick }) {
  const sizes = [
    { batch: 64, width: 64 },
    { batch: 64, width: 128 },
    { batch: 256, width: 128 },
    { batch: 512, width: 128 },
    { batch: 256, width: 256 },
  ];
  const engine = await useEngine();
  const rows = [];
  for (const { batch, width } of quick ? sizes.slice(1, 2) : sizes) {
    const energy = tilted({ hidden: [width, width, width] }, { event: [2] });
    const target = { energy, params: vector(energy.init(fold(key, "params"))), chains: batch };
    const draws = Math.max(10, Math.round(2e6 / (batch * width)));
    for (const by of ["c", "wasm", "onnx"]) {
      const held = { ...target, engine: { ...engine, choose: () => by } };
      const ours = await tunedRun({ ...held, sampler: nuts }, draws);
      const plain = await tunedRun({ ...held, sampler: hmc, options: { leapfrogs: 7 } }, draws);
      const [mine, theirs] = await secondsPerGradient([ours, plain], rounds);
      const ratios = mine.map((t, i) => t / theirs[i]);
      rows.push([
        ...[`${batch}x${width}`, by],
        ...[middle(mine), middle(theirs)].map((s) => round(1e6 * s)),
        ...[middle(ratios), Math.min(...ratios), Math.max(...ratios)].map((r) => round(r)),
      ]);
    }
  }
  const head = ["chains x width", "engine", "nuts µs", "hmc µs", "nuts / hmc", "least", "largest"];
  return `a leapfrog step of all chains, energy 2 → H → H → H → 1\n${columns([head, ...rows], 2)}`;
}

/** A flow with a mixture base, fitted to draws by maximum likelihood. */
async function fittedFlow(distribution, components) {
  const flow = realnvp({ layers: 4, hidden: [32, 32], base: "mixture", components }, distribution.event);
  const rows = distribution.draw(fold(key, "rows"), 4000);
  const data = { ...rows, dtype: "float32", data: Float32Array.from(rows.data) };
  const model = { event: distribution.event, energy: flow, flow };
  const batch = 256;
  const optimizers = { energy: adam.make({ learningRate: 1e-3 }), flow: adam.make({ learningRate: 2e-3 }) };
  const trainer = await compileTrainer({
    model,
    iteration: flowLikelihood(model, batch),
    optimizers,
    batch,
    average: 0,
  });
  const start = performance.now();
  const state = trainer.start(fold(key, "flow"), data);
  const { state: end } = await trainLoop({ trainer, data, batch, steps: 600, key: fold(key, "fit"), state });
  return { flow, flowParams: end["params.flow"], seconds: (performance.now() - start) / 1000 };
}

const targets = {
  "two modes 2:1": { distribution: twoModes(), variance: 0.05, weights: [2, 1] },
  "eight Gaussians 1:…:8": {
    distribution: eightGaussians({ preset: "fce", weights: "linear" }),
    variance: 1 / 8,
    weights: [1, 2, 3, 4, 5, 6, 7, 8],
  },
};

/** The least effective sample size of the modes' indicators, and of the coordinates. */
function sizesOf({ x }, { modes }) {
  const [chains, draws, d] = x.shape;
  const rows = { ...x, shape: [chains * draws, d] };
  const labels = { shape: [chains, draws], data: modes.assign(rows) };
  const worth = (data) => effectiveSampleSize({ shape: [chains, draws], data }).bulk;
  const ofModes = modes.weights.map((_, k) => worth(Array.from(labels.data, (l) => (l === k ? 1 : 0))));
  const ofPlaces = Array.from({ length: d }, (_, i) => effectiveSampleSize(chainsOf(x, i)).bulk);
  const jumps = modeJumps(labels, { modes: modes.weights.length });
  const missing = ofModes.some((size) => !Number.isFinite(size));
  return {
    modes: missing || jumps.trapped > 0 ? Number.NaN : Math.min(...ofModes),
    places: Math.min(...ofPlaces),
    jumps,
  };
}

/** Effective draws a second of the mode weights and of the coordinates. */
export async function essPerSecond({ rounds, quick }) {
  const rows = [];
  for (const [name, { distribution, variance, weights }] of Object.entries(targets)) {
    const { modes, event } = distribution;
    const energy = mixtureEnergy(event, { means: modes.centers, variances: weights.map(() => variance), weights });
    const { flow, flowParams, seconds: fitting } = await fittedFlow(distribution, modes.weights.length);
    const chains = 64;
    const contenders = [
      {
        name: "flow-mc",
        note: `flow fitted in ${round(fitting, 2)} s`,
        run: { energy, flow, flowParams, sampler: flowMc },
      },
      { name: "nuts", note: "", run: { energy, sampler: nuts } },
      { name: "parallel-tempering", note: "8 levels", run: { energy, sampler: parallelTempering } },
    ];
    const tuned = [];
    const draws = quick ? 100 : 400;
    for (const { run } of contenders) tuned.push(await tunedRun({ ...run, chains }, draws));
    const seen = contenders.map(() => []);
    for (let i = 0; i < (quick ? 1 : rounds); i++)
      for (const [k, run] of tuned.entries()) {
        const result = await run(fold(key, i));
        const { modes: ofModes, places, jumps } = sizesOf(result, distribution);
        seen[k].push({ ofModes: ofModes / result.cost.seconds, places: places / result.cost.seconds, jumps });
      }
    for (const [k, { name: sampler, note }] of contenders.entries()) {
      const of = (what) => middle(seen[k].map((s) => s[what]));
      const trapped = middle(seen[k].map((s) => s.jumps.trapped));
      rows.push([name, sampler, round(of("ofModes")), round(of("places")), `${trapped} of ${chains}`, note]);
    }
  }
  const head = ["target", "sampler", "ESS/s of mode weights", "ESS/s of coordinates", "trapped chains", ""];
  return `64 chains, tuned, draws only; - where a mode was never entered or a chain never left its own: there is no ESS\n${columns([head, ...rows], 2)}`;
}

/** Effective draws a second and a gradient of default chains on the suite of posteriors; a round is a key. */
export async function suite({ rounds, quick }) {
  const plan = posteriors.plan({ budget: quick ? "quick" : "full", seeds: quick ? 1 : rounds, seed: 0 });
  const names = [...new Set(plan.flatMap(({ part, posterior }) => (part === "suite" ? [posterior] : [])))];
  const rows = [];
  for (const name of names) {
    const units = plan.filter(({ part, posterior }) => part === "suite" && posterior === name);
    const runs = [];
    for (const unit of units) runs.push(await posteriors.run(unit, () => {}));
    const of = (what) => middle(runs.map(what));
    const green = runs.filter(({ mixed }) => mixed).length;
    rows.push({
      name,
      perSecond: of(({ ess, drawSeconds }) => ess / drawSeconds),
      perGradient: of(({ ess, gradients }) => ess / gradients),
      rest: [round(of(({ idle }) => idle)), round(of(({ seconds }) => seconds)), `${green} of ${runs.length}`],
    });
  }
  const typical = (what) => Math.exp(rows.reduce((sum, row) => sum + Math.log(row[what]), 0) / rows.length);
  const cells = rows.map(({ name, perSecond, perGradient, rest }) => [
    name,
    round(perSecond),
    round(perGradient),
    ...rest,
  ]);
  const last = ["geometric mean", round(typical("perSecond")), round(typical("perGradient")), "", "", ""];
  const head = ["posterior", "ESS/s", "ESS/gradient", "idle", "seconds with warm-up", "green"];
  return `8 chains, sample({ energy, key }), the slowest coordinate, draws only\n${columns([head, ...cells, last])}`;
}

export const samplerCases = { leapfrog: leapfrogs, ess: essPerSecond, posteriors: suite };
