/** What data are told apart from: a law that is drawn from and evaluated, and the options it has. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { add, div, log, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { stopGradient } from "../../ops/leaf.js";
import { sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { sumEvent } from "../../samplers/parts/metropolis.js";
import { InputError } from "../../util/errors.js";
import { columnMoments } from "../../util/moments.js";
import { essential } from "../../util/options.js";
import { underPrefix, withPrefix } from "../../util/records.js";
import { type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import type { FactsByOptions, Iteration, Model, StepInput } from "../objective.js";

export const noiseOptions = {
  noise: z
    .enum(["gaussian", "flow", "frozen-flow"])
    .default("gaussian")
    .describe(
      "gaussian: coordinates fitted to the data; flow: the flow, fitted to the data at the same time; frozen-flow: the flow as pretrain left it",
    )
    .meta(essential),
  deviation: z
    .number()
    .positive()
    .default(1.5)
    .describe("standard deviation of the gaussian noise, in those of the data")
    .meta(essential),
};

type NoiseOptions = z.output<z.ZodObject<typeof noiseOptions>>;

/** What is trained, and whether a flow is needed, by the noise. */
export const noiseFacts = ({ noise }: NoiseOptions): FactsByOptions => ({
  trains: noise === "flow" ? ["energy", "flow"] : ["energy"],
  needs: noise === "gaussian" ? [] : ["flow"],
});

/** Points of the noise law with their log-density, and that of the data. None of them carries a gradient. */
export interface Noised {
  /** `(n, ...event)`. */
  readonly x: Expr;
  readonly logProb: Expr;
  readonly dataLogProb: Expr;
  /** `−mean log q(x⁺)`, where the law is trained too. */
  readonly losses: { readonly flow?: Expr };
}

export interface NoiseLaw extends Pick<Iteration, "noise" | "carry"> {
  /** The fit, which stays as it is. */
  start(data: FloatTensor): Record<string, Tensor>;
  at(input: StepInput): Noised;
}

/** The law an objective asked for, for `n` points an iteration. */
export const noiseLaw = (model: Model, n: number, { noise, deviation }: NoiseOptions): NoiseLaw =>
  noise === "gaussian" ? gaussianNoise(model.event, n, deviation) : flowNoise(model, n, noise === "flow");

function flowNoise({ flow }: Model, n: number, train: boolean): NoiseLaw {
  return {
    noise: withPrefix("noise.", flow!.noise(n)),
    carry: {},
    start: () => ({}),
    at({ params, batch, noise }) {
      const { x, logProb } = flow!.sample(underPrefix("noise.", noise), params.flow);
      const onData = flow!.logProb(batch, params.flow);
      return {
        x: stopGradient(x),
        logProb: stopGradient(logProb),
        dataLogProb: stopGradient(onData),
        losses: train ? { flow: neg(mean(onData)) } : {},
      };
    },
  };
}

function gaussianNoise(event: Shape, n: number, deviation: number): NoiseLaw {
  const type = { shape: event, dtype: "float32" as const };
  const constantPart = (-sizeOf(event) / 2) * Math.log(2 * Math.PI);
  return {
    noise: { noise: { law: "normal", shape: [n, ...event] } },
    carry: { noiseMean: type, noiseDeviation: type },
    start(data) {
      const { mean: m, sd } = rowMoments(data, sizeOf(event));
      return {
        noiseMean: tensor(Float32Array.from(m), event),
        noiseDeviation: tensor(
          Float32Array.from(sd, (v) => deviation * v),
          event,
        ),
      };
    },
    at({ carry, batch, noise }) {
      const [m, s] = [carry.noiseMean!, carry.noiseDeviation!];
      const offset = sub(constantPart, sum(log(s)));
      const density = (z: Expr): Expr => add(mul(-0.5, sumEvent(square(z))), offset);
      const z = noise.noise!;
      return {
        x: add(m, mul(s, z)),
        logProb: density(z),
        dataLogProb: density(div(sub(batch, m), s)),
        losses: {},
      };
    },
  };
}

/** Mean and population standard deviation of each coordinate. @throws InputError for one that does not vary. */
function rowMoments({ data, shape }: FloatTensor, d: number): { mean: Float64Array; sd: Float64Array } {
  const { mean, squares } = columnMoments(data, d);
  const still = squares.findIndex((v) => !(v > 0));
  if (still >= 0)
    throw new InputError(
      `noise: coordinate ${still} (from 0) of the data does not vary; leave it out, or choose noise: flow`,
    );
  return { mean, sd: squares.map((v) => Math.sqrt(v / shape[0]!)) };
}
