/** Chains of a model round by round, as strips of film show them. */

import type { Coordinates } from "../data/columns/coordinates.js";
import { takeRows } from "../data/take-rows.js";
import { drawFlow } from "../flows/draw-flow.js";
import type { Trained } from "../model/trained.js";
import { abs, sign, sub } from "../ops/arithmetic.js";
import { max } from "../ops/extrema.js";
import { reshape, slice } from "../ops/shape.js";
import { fold, type Key } from "../random/key.js";
import { type FlowMoves, flowMc, flowRound } from "../samplers/composites/flow-mc.js";
import { sample } from "../samplers/driver/sample.js";
import type { Samples } from "../samplers/driver/samples.js";
import { mala } from "../samplers/kernels/mala.js";
import { sampler } from "../samplers/sampler.js";
import { type FloatTensor, floats, sizeOf, tensor } from "../util/tensor.js";

export interface Film {
  /** `(chains · frames, d)`, in the units of the data: the frames of the first chain, then those of the next. */
  readonly frames: FloatTensor;
  /** Which frames a jump has led to. */
  readonly jumped: readonly boolean[];
  /** Whether the chains jump at all. */
  readonly jumps: boolean;
}

/** Rounds of local steps and a jump, which tell whether it was taken. */
const told = sampler({
  ...{ name: "flow-mc, told", about: "flow-mc that says which rounds end with a jump", exact: true },
  ...{ needs: ["flow"], tuning: flowMc.tuning!, options: flowMc.options, noise: flowMc.noise },
  kernel: (target, options) => ({
    init: (x) => ({ x }),
    step({ x }, noise) {
      const { x: y, info, path } = flowRound(target, options as FlowMoves, x!, noise, { keep: true });
      // A step that only tries a size makes no jump.
      if (!options.jumps) return { state: { x: y }, info };
      const moves = path!.shape[0]!;
      const flat = [y.shape[0]!, sizeOf(y.shape.slice(1))];
      const before = reshape(slice(path!, 0, moves - 2, moves - 1), flat);
      return { state: { x: y }, info: { ...info, jumped: sign(max(abs(sub(reshape(y, flat), before)), 1)) } };
    },
  }),
});

export interface FilmOptions {
  readonly key: Key;
  readonly chains: number;
  readonly frames: number;
  /** Local steps from frame to frame, and rounds before the first, in which the step size is tuned. */
  readonly localSteps: number;
  readonly warmup: number;
}

/** What there must be of a model. */
export interface Filmed extends Pick<Trained, "energy" | "flow" | "params"> {
  readonly data: { readonly coordinates: Coordinates; readonly seen: { readonly train: FloatTensor } };
}

/** Chains that start at draws of the flow, where there is one, and then jump by it; else at training rows. */
export async function filmOf({ energy, flow, params, data }: Filmed, options: FilmOptions): Promise<Film> {
  const { key, chains, frames, localSteps, warmup } = options;
  const fitted = flow && params.flow ? { flow, flowParams: params.flow } : null;
  const run = {
    ...{ energy, params: params.energy, draws: frames, key: fold(key, "chains") },
    start: fitted
      ? (await drawFlow(fitted.flow, fitted.flowParams, fold(key, "start"), chains)).x
      : takeRows(data.seen.train, [...Array(Math.min(chains, data.seen.train.shape[0]!)).keys()]),
  };
  const drawn: Pick<Samples, "x" | "info"> = fitted
    ? await sample({ ...run, ...fitted, warmup, sampler: told, options: { localSteps } })
    : await sample({ ...run, warmup: warmup * localSteps, thin: localSteps, sampler: mala });
  const [n, d] = [run.start.shape[0]! * frames, sizeOf(energy.event)];
  const { jumped } = drawn.info;
  return {
    frames: data.coordinates.decode(tensor(floats(drawn.x), [n, d])),
    jumped: jumped ? Array.from(jumped.data, (v) => v > 0) : new Array<boolean>(n).fill(false),
    jumps: fitted !== null,
  };
}
