import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, mul, neg, sub } from "../../ops/arithmetic.js";
import type { ExprRecord } from "../../ops/control.js";
import { full } from "../../ops/indexing.js";
import { cast, constant } from "../../ops/leaf.js";
import { broadcastTo, concat, expandDims, reshape, slice, sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { tensor } from "../../util/tensor.js";
import {
  type AnnealingBase,
  type AnnealingPath,
  annealingPath,
  baseOf,
  betaRows,
  temperedTarget,
} from "../parts/annealing.js";
import { exchange } from "../parts/exchange.js";
import { geometricLadder, ladderOption } from "../parts/ladder.js";
import { isOfChains } from "../parts/step-size.js";
import { walk } from "../parts/walk.js";
import type { KernelChoice } from "../roles/kernel-option.js";
import { countedGradients, localGradients, localKernel, localNoise, localOption } from "../roles/local.js";
import { sampler, type Transition } from "../sampler.js";
import type { Frame, Target } from "../target.js";

/** How replicas move between two trades: rows `(levels · chains, ...event)` at their own temperatures. */
export type Move = (x: Expr, noise: ExprRecord) => { x: Expr; info: ExprRecord };

/** The replicas of a ladder that are moved; one at β = 0 is drawn. */
const warmOf = (betas: readonly number[]): readonly number[] => betas.filter((b) => b > 0);

/** What a step of replicas needs. @param ofRows what so many rows need to be moved. */
export function temperingNoise(
  { chains }: Pick<Frame, "chains">,
  base: Pick<AnnealingBase, "noise">,
  betas: readonly number[],
  ofRows: (rows: number) => NoiseSpecs,
): NoiseSpecs {
  const warm = warmOf(betas).length;
  return {
    ...withPrefix("local.", ofRows(warm * chains)),
    ...withPrefix("base.", warm < betas.length ? base.noise(chains) : {}),
    u: { law: "uniform", shape: [betas.length - 1, chains] },
  };
}

/**
 * Replicas along a path, the first at β = 1. Each step every replica is moved at its own temperature, all as one
 * batch; one at β = 0 is drawn from the base. Then neighbours of one parity trade places with probability
 * `min(1, exp(U_i(x_i) + U_j(x_j) − U_i(x_j) − U_j(x_i)))`, and the parity alternates.
 * @param mover moves the replicas with β > 0 of a ladder that falls from 1.
 */
export function temperingKernel(
  { event, chains }: Pick<Target, "event" | "chains">,
  path: AnnealingPath,
  betas: readonly number[],
  mover: (betas: readonly number[]) => Move,
): Transition {
  const levels = betas.length;
  const warm = warmOf(betas);
  const move = mover(warm);
  const neighbour = (by: 1 | -1): readonly number[] => betas.map((b, i) => betas[i + by] ?? b);
  return {
    init: (x) => ({
      x,
      replicas: broadcastTo(expandDims(x, 0), [levels - 1, ...x.shape]),
      parity: full([chains], 0, x.dtype as "float32"),
      hot: full([levels, chains], 0, x.dtype as "float32"),
    }),
    step({ x, replicas, parity, hot }, drawn) {
      const rows = concat([x!, reshape(replicas!, [(levels - 1) * chains, ...event])]);
      const moved = move(slice(rows, 0, 0, warm.length * chains), underPrefix("local.", drawn));
      const fresh = warm.length < levels ? [path.base.sample(underPrefix("base.", drawn)).x] : [];
      const at = concat([moved.x, ...fresh]);
      const change = (to: readonly number[]): Expr => {
        const [own, other] = [betas, to].map((b) => cast(betaRows(b, chains), at.dtype));
        return reshape(path.difference(at, own!, other!), [levels, chains]);
      };
      const [hotter, colder] = [change(neighbour(1)), change(neighbour(-1))];
      const logRatio = neg(add(slice(hotter, 0, 0, levels - 1), slice(colder, 0, 1)));
      const traded = exchange(logRatio, drawn.u!, parity!, { at: reshape(at, [levels, chains, ...event]), hot: hot! });
      return {
        state: {
          x: reshape(slice(traded.replicas.at, 0, 0, 1), x!.shape),
          replicas: slice(traded.replicas.at, 0, 1),
          parity: sub(1, parity!),
          hot: visited(traded.replicas.hot),
        },
        info: {
          ...moved.info,
          swapAcceptance: mean(traded.acceptance, 0),
          ...Object.fromEntries(
            Array.from({ length: levels - 1 }, (_, i) => [
              `swapAcceptance.${i}`,
              reshape(slice(traded.acceptance, 0, i, i + 1), [chains]),
            ]),
          ),
          roundTrip: reshape(slice(traded.replicas.hot, 0, 0, 1), [chains]),
        },
      };
    },
  };
}

/** 1 for the replica at the hot end, 0 for the one at the cold end, as it was for those on their way. */
function visited(hot: Expr): Expr {
  const [levels, chains] = hot.shape as [number, number];
  const row = (value: number): Expr => full([1, chains], value, hot.dtype as "float32");
  return concat([row(0), ...(levels > 2 ? [slice(hot, 0, 1, levels - 1)] : []), row(1)]);
}

/**
 * Local moves at every level. A level at β moves in coordinates stretched by `1/√β`, the width of a well that is β times
 * as deep, so that one step size serves all.
 */
export function localMover(
  target: Target,
  path: AnnealingPath,
  { local, localSteps, stepSize }: { local: KernelChoice; localSteps: number; stepSize: number | Expr },
): (betas: readonly number[]) => Move {
  return (betas) => {
    const { event } = target;
    const [levels, chains] = [betas.length, target.chains];
    const rows = levels * chains;
    const widths = Float64Array.from({ length: rows }, (_, i) => betas[Math.floor(i / chains)]! ** -0.5);
    const width = constant(tensor(widths, [rows, ...event.map(() => 1)]));
    const tempered = temperedTarget({ ...target, chains: rows }, path, betaRows(betas, chains));
    const stretched = {
      event,
      chains: rows,
      energy: (z: Expr) => tempered.energy(mul(cast(width, z.dtype), z)),
    };
    const steps = isOfChains(stepSize) ? concat(betas.map(() => stepSize)) : stepSize;
    const kernel = localKernel(local, stretched, steps);
    return (x, noise) => {
      const own = cast(width, x.dtype);
      const { state, info } = walk(kernel, kernel.init(div(x, own)), noise, localSteps);
      const ofLevels = (rows: Expr): Expr => reshape(rows, [levels, chains]);
      const { gradients } = countedGradients(info);
      return {
        x: mul(own, state.x!),
        info: {
          ...(info.acceptance ? { localAcceptance: mean(ofLevels(mean(info.acceptance, 0)), 0) } : {}),
          ...(gradients ? { gradients: sum(ofLevels(gradients), 0) } : {}),
        },
      };
    };
  };
}

interface Ladder {
  readonly levels: number;
  readonly temperatures: "geometric" | readonly number[];
  readonly hottest: number;
}

const ladderOf = ({ levels, temperatures, hottest }: Ladder): readonly number[] =>
  temperatures === "geometric" ? geometricLadder(levels, hottest) : temperatures;

/**
 * Parallel tempering, also called replica exchange, with the deterministic even–odd scheme. `x` is the replica at
 * β = 1; `replicas` holds the others, hottest last, and starts as copies of `x`: the joint law of all is what a step
 * leaves invariant, so that the first draws wait for the hot replicas. `swapAcceptance` is the mean over neighbours
 * and `swapAcceptance.i` that of levels `i` and `i + 1`, whether they were tried or not. `roundTrip` is 1 where the
 * replica that arrives at β = 1 has been at the hot end since it was last there.
 * Source: Geyer (1991); Okabe et al. (2001); Syed et al. (2022), whose scheme this is.
 */
export const parallelTempering = sampler({
  name: "parallel-tempering",
  about: "Replicas at rising temperatures that trade places: crosses between modes without a flow.",
  cite: "Geyer (1991); Syed, Bouchard-Côté, Deligiannidis & Doucet (2022), Non-reversible parallel tempering",
  exact: true,
  crosses: true,
  memory: ["replicas", "parity", "hot"],
  tuning: { option: "stepSize", info: "localAcceptance", target: 0.574, trial: { localSteps: 1 } },
  options: z.object({
    levels: z.number().int().min(2).max(100).default(8).describe("replicas of a geometric ladder, that at 1 included"),
    temperatures: ladderOption("geometric")
      .default("geometric")
      .describe("inverse temperatures from 1 down; geometric: from 1 to hottest in equal ratios, then 0"),
    hottest: z.number().positive().lt(1).default(0.02).describe("the smallest β above 0 of a geometric ladder"),
    base: z
      .enum(["normal", "flow"])
      .default("normal")
      .describe("the law at β = 0: N(0, scale²), or the flow")
      .meta(essential),
    scale: z.number().positive().default(2).describe("standard deviation of a normal base"),
    local: localOption({ exact: true, alone: true })
      .default("mala")
      .describe("kernel of the local moves")
      .meta(essential),
    localSteps: z.number().int().min(1).max(1000).default(5).describe("local steps between trades"),
    stepSize: z
      .number()
      .positive()
      .default(0.005)
      .describe("ε at β = 1; other levels move in wider coordinates")
      .meta(essential),
  }),
  gradients({ local, localSteps, ...given }) {
    const each = localGradients(local, localSteps);
    return each === null ? null : warmOf(ladderOf(given)).length * (1 + each);
  },
  noise: (frame, { base, scale, local, localSteps, ...given }) =>
    temperingNoise(frame, baseOf(frame, base, scale), ladderOf(given), (chains) =>
      localNoise(local, { event: frame.event, chains }, localSteps),
    ),
  kernel(target, { base, scale, local, localSteps, stepSize, ...given }) {
    const path = annealingPath(target, baseOf(target, base, scale as number));
    const moves = localMover(target, path, { local, localSteps: localSteps as number, stepSize });
    return temperingKernel(target, path, ladderOf(given as Ladder), moves);
  },
});
