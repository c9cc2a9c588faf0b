/** What is asked of a model while it trains: energies, points of its flow, slopes, in the units of the data. */

import type { FloatTensor, Tensor } from "ebbflow";
import { grad } from "ebbflow/autodiff";
import { trainedModel, trainedParameters } from "ebbflow/config";
import { energyOf } from "ebbflow/energies";
import type { Expr } from "ebbflow/ir";
import { sub, sum } from "ebbflow/ops";
import { drawNoise, type Key } from "ebbflow/random";
import { program } from "ebbflow/runtime";
import type { ConfiguredSession } from "ebbflow/train";

export interface Programs {
  /** Energies `(n)` of rows, whose differences are those of log-densities in the units of the data. */
  energies(rows: FloatTensor): Promise<Float64Array>;
  /** `−∂E/∂x (n, d)`, in the units of the data. */
  forces(rows: FloatTensor): Promise<Float64Array>;
  /** Log-densities `(n)` of rows under the flow; `null` without one. */
  flowDensities(rows: FloatTensor): Promise<Float64Array | null>;
  /** `n` rows of the flow; `null` without one. */
  flowRows(key: Key, n: number): Promise<FloatTensor | null>;
  /** Where the flow takes points of its base; `null` without one. */
  flowImages(z: FloatTensor): Promise<FloatTensor | null>;
  /** Which points of its base the flow takes to rows; `null` without one. */
  flowOrigins(rows: FloatTensor): Promise<FloatTensor | null>;
  /** `E(T(z)) − log |det J_T(z)|` of points of the base: the energy as chains feel it there; `null` without a flow. */
  latentEnergies(z: FloatTensor): Promise<Float64Array | null>;
}

/** Programs are compiled when they are first asked for. */
export function programsOf({ config, data, model, state }: ConfiguredSession): Programs {
  const { coordinates } = data;
  const judged = trainedModel(config, model);
  const { flow } = judged;
  const energy = energyOf(judged.energy);
  const slope = program(({ x, params }: Readonly<Record<string, Expr>>) => ({
    slope: grad(sum(judged.energy(x!, params)), [x!])[0]!,
  }));
  const density = flow && energyOf(flow);
  const drawn =
    flow && program(({ params, ...noise }: Readonly<Record<string, Expr>>) => ({ x: flow.sample(noise, params!).x }));
  const images = flow && program(({ z, params }: Record<"z" | "params", Expr>) => ({ x: flow.forward(z, params).y }));
  const origins = flow && program(({ x, params }: Record<"x" | "params", Expr>) => ({ z: flow.inverse(x, params).x }));
  const latent =
    flow &&
    program(({ z, params, energyParams }: Record<"z" | "params" | "energyParams", Expr>) => {
      const { y, logDet } = flow.forward(z, params);
      return { energy: sub(judged.energy(y, energyParams), logDet) };
    });
  const now = () => trainedParameters(config, state());
  const inModel = (rows: FloatTensor) => ({ ...coordinates.encode(rows), dtype: "float32" as const });
  return {
    async energies(rows) {
      const values = await energy(coordinates.encode(rows), now().energy);
      return values.map((e) => e + coordinates.logVolume);
    },
    async forces(rows) {
      const x = single(inModel(rows));
      const params = now().energy;
      // An energy that is given has none.
      const given = params && params.data.length > 0 ? { params: single(params) } : {};
      const result = await slope({ x, ...given });
      const d = x.shape[1]!;
      const scale = coordinates.affine?.scale;
      return Float64Array.from(result.slope.data as Float32Array, (g, i) => -g / (scale?.[i % d] ?? 1));
    },
    async flowDensities(rows) {
      const params = now().flow;
      if (!density || !params) return null;
      return (await density(coordinates.encode(rows), params)).map((e) => -e - coordinates.logVolume);
    },
    async flowRows(key, n) {
      const params = now().flow;
      if (!flow || !drawn || !params) return null;
      const { x } = await drawn({ ...drawNoise(key, flow.noise(n)), params: single(params) });
      return coordinates.decode(x as FloatTensor);
    },
    async flowImages(z) {
      const params = now().flow;
      if (!images || !params) return null;
      const { x } = await images({ z: single(z), params: single(params) });
      return coordinates.decode(x as FloatTensor);
    },
    async flowOrigins(rows) {
      const params = now().flow;
      if (!origins || !params) return null;
      const { z } = await origins({ x: single(inModel(rows)), params: single(params) });
      return z as FloatTensor;
    },
    async latentEnergies(z) {
      const { flow: params, energy: energyParams } = now();
      if (!latent || !params || !energyParams) return null;
      const { energy: values } = await latent({
        ...{ z: single(z), params: single(params) },
        energyParams: single(energyParams),
      });
      return Float64Array.from(values.data as Float32Array);
    },
  };
}

const single = ({ shape, data }: FloatTensor): Tensor<Float32Array> => ({
  dtype: "float32",
  shape,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});
