/** Where chains begin, and whether an energy can be sampled from there. */

import type { Energy } from "../../energies/energy.js";
import { uniformStates } from "../../energies/support.js";
import { drawFlow } from "../../flows/draw-flow.js";
import type { Expr } from "../../ir/expr.js";
import { input } from "../../ops/leaf.js";
import { uniform } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import { compile, type Where } from "../../runtime/program.js";
import { InputError, NumericError } from "../../util/errors.js";
import { cast, type FloatTensor, floats, sizeOf, tensor } from "../../util/tensor.js";
import type { SampleTarget } from "./block.js";

/**
 * Half the side of the cube that real chains start in, as in Stan: wider than standardised data, so that agreement of
 * chains means something, and bounded, since a parameter is often a logarithm.
 */
const REACH = 2;

/** Draws of the flow where there is one, else points of a cube about the origin; states uniform on a discrete support. */
async function candidates(target: SampleTarget, n: number, key: Key, where: Where): Promise<FloatTensor> {
  const { energy, flow, flowParams } = target;
  const { event, support } = energy;
  if (support.kind !== "real") return cast(uniformStates(support, event, n, key), "float32");
  if (!flow || !flowParams) {
    const u = uniform(key, [n, ...event]);
    return tensor(
      u.data.map((v) => REACH * (2 * v - 1)),
      u.shape,
    );
  }
  return (await drawFlow(flow, flowParams, key, n, where)).x;
}

type EnergyOfChains = (x: FloatTensor) => Promise<Float64Array>;

/** The energy of as many points as there are chains. */
async function energyProgram(
  energy: Energy,
  params: FloatTensor | undefined,
  like: FloatTensor,
  where: Where,
): Promise<EnergyOfChains> {
  const dtype = like.dtype as "float32" | "float64";
  const x = input("x", like.shape, dtype);
  const given: Record<string, Expr> =
    params && params.data.length > 0 ? { params: input("params", params.shape, dtype) } : {};
  const program = await compile({ x, ...given }, { energy: energy(x, given.params) }, where);
  return async (points) =>
    Float64Array.from(
      floats((await program.run({ x: points, ...(params ? { params: cast(params, dtype) } : {}) })).energy!),
    );
}

/** Attempts to find starts of finite energy. */
const ATTEMPTS = 100;

/** Chains that begin where the energy is finite. @throws NumericError when hardly anywhere is. */
export async function drawStarts(
  target: SampleTarget,
  chains: number,
  key: Key,
  where: Where = {},
): Promise<FloatTensor> {
  const n = sizeOf(target.energy.event);
  const starts = new Float32Array(chains * n);
  let found = 0;
  let energyAt: EnergyOfChains | undefined;
  for (let attempt = 0; attempt < ATTEMPTS && found < chains; attempt++) {
    const x = await candidates(target, chains, fold(key, attempt), where);
    energyAt ??= await energyProgram(target.energy, target.params, x, where);
    const energies = await energyAt(x);
    for (let i = 0; i < chains && found < chains; i++)
      if (Number.isFinite(energies[i])) starts.set(x.data.subarray(i * n, (i + 1) * n), found++ * n);
  }
  if (found < chains)
    throw new NumericError(
      `sample: the energy is finite at ${found} of ${ATTEMPTS * chains} starting points; give start, and look at the energy with doctor`,
    );
  return tensor(starts, [chains, ...target.energy.event]);
}

/**
 * That chains can begin: the energy is finite, and that of one chain does not depend on the others.
 * @throws NumericError naming the chain whose energy is no number, InputError when rows interact.
 */
export async function checkStart(
  { energy, params }: SampleTarget,
  start: FloatTensor,
  where: Where = {},
  refuse = (value: number, chain: number): string =>
    `sample: the energy is ${value} where chain ${chain} (from 0) starts; start where it is finite`,
): Promise<void> {
  const energyAt = await energyProgram(energy, params, start, where);
  const here = await energyAt(start);
  const bad = here.findIndex((e) => !Number.isFinite(e));
  if (bad >= 0) throw new NumericError(refuse(here[bad]!, bad));
  await checkRows(energyAt, start, here[0]!, energy.support.kind === "real" ? 1 : 0);
}

/** Where the first chain is, with all others there too, or further along every coordinate. */
function crowdOf({ data, shape }: FloatTensor, further: number): FloatTensor {
  const n = data.length / shape[0]!;
  return tensor(
    data.map((_, i) => data[i % n]! + (i < n ? 0 : further)),
    shape,
  );
}

/** What a row's energy may differ by: in its own place of one program by next to nothing, else as kernels round. */
const ROUNDING = { float32: { still: 1e-6, moved: 1e-4 }, float64: { still: 1e-13, moved: 1e-9 } } as const;

/** That the energy of the first row is another neither in other company nor in another place. */
async function checkRows(energyAt: EnergyOfChains, start: FloatTensor, among: number, further: number): Promise<void> {
  const { still, moved } = ROUNDING[start.dtype as "float32" | "float64"];
  const differ = (a: number, b: number, rounding: number): boolean =>
    !(Math.abs(a - b) <= rounding * (1 + Math.abs(a)));
  const crowd = crowdOf(start, 0);
  const energies = await energyAt(crowd);
  // Chains that begin in one place are among copies already, and need other company to tell.
  const isCrowd = crowd.data.every((v, i) => v === start.data[i]);
  const other = (isCrowd ? await energyAt(crowdOf(start, further)) : energies)[0]!;
  if (differ(among, other, still))
    throw new InputError(
      `sample: the energy of a point changes with the other points of its batch (${among} among some, ${other} among others); an energy must treat rows one by one`,
    );
  const row = energies.findIndex((e) => differ(energies[0]!, e, moved));
  if (row > 0)
    throw new InputError(
      `sample: the energy of a point changes with its place in the batch (${energies[0]} in row 0, ${energies[row]} in row ${row}); an energy must treat rows one by one`,
    );
}
