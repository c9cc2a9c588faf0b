/** What the figures of a training are drawn from, as plain numbers. */

import { runKey } from "../../config/prepare.js";
import { energyOf } from "../../energies/evaluate.js";
import type { Expr } from "../../ir/expr.js";
import { type Grid2d, grid2d, gridLogZ } from "../../metrics/goodness/grid.js";
import { lineDensity } from "../../metrics/goodness/line-density.js";
import { sub } from "../../ops/arithmetic.js";
import { fold } from "../../random/key.js";
import { program } from "../../runtime/program.js";
import type { TrainState } from "../../train/trainer.js";
import { cast, type FloatTensor, floats, type Tensor, tensor } from "../../util/tensor.js";
import { type Bench, fieldOf, inUnits, parametersAt } from "./bench.js";
import type { Pictures, Place, Planar } from "./declaration.js";
import type { Probe } from "./probe.js";

/** Side of the grids that are drawn, and that the curve of a training is integrated on. */
export const FIELD_SIDE = 80;
const LINE_POINTS = 300;
const MOST_POINTS = 500;
/** Chains whose paths are drawn, and for how many iterations they go on. */
const PATHS = 5;
const PATH_STEPS = 40;

const round = (v: number): number => Math.round(v * 1000) / 1000;
const rounded = (values: ArrayLike<number>): number[] => Array.from(values, round);

/** Rows `(n, 2)` as places, at most so many, evenly taken. */
function placesOf({ data, shape: [n = 0] }: FloatTensor, most = MOST_POINTS): Place[] {
  const take = Math.min(n, most);
  return Array.from({ length: take }, (_, k) => {
    const i = Math.floor((k * n) / take);
    return [round(data[2 * i]!), round(data[2 * i + 1]!)] as const;
  });
}

/** `n` points on the segment, ends included, with their signed distances from its middle. */
export function pointsOnLine({ from, to }: Pick<Planar["line"], "from" | "to">): { s: number[]; points: FloatTensor } {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const shares = Array.from({ length: LINE_POINTS }, (_, i) => i / (LINE_POINTS - 1));
  const points = shares.flatMap((t) => [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
  return { s: shares.map((t) => (t - 0.5) * length), points: tensor(Float64Array.from(points), [LINE_POINTS, 2]) };
}

/** @param probe where the method has chains. */
export async function picturesOf(
  bench: Bench,
  state: TrainState,
  line: Planar["line"],
  probe: Probe | null,
): Promise<Pictures> {
  const { data, energy, model } = bench;
  const parameters = parametersAt(bench, state);
  const { grid, logQ } = await fieldOf(bench, parameters, FIELD_SIDE);
  const normalised = (logP: Float64Array): number[] => {
    const z = gridLogZ({ grid, logP });
    return rounded(logP.map((v) => v - z));
  };
  const { s, points } = pointsOnLine(line);
  const along = (e: Float64Array): number[] =>
    Array.from(lineDensity(s, e.map(negated)), (v) => Number(v.toPrecision(5)));
  const onLine = data.coordinates.encode(points);
  const flow = parameters.flow && energyOf(model.flow!);
  const chains = probe && (await walkOn(bench, state, probe));
  return {
    field: {
      ...{ side: FIELD_SIDE, box: grid.box, model: normalised(logQ) },
      flow: flow ? normalised((await flow(data.coordinates.encode(grid.points), parameters.flow)).map(negated)) : null,
    },
    line: {
      model: along(await energy(onLine, parameters.energy)),
      flow: flow ? along(await flow(onLine, parameters.flow)) : null,
    },
    negatives: chains && placesOf(inUnits(bench, chains.negatives)),
    paths: chains?.paths.length ? chains.paths.map((path) => placesOf(inUnits(bench, path))) : null,
    latent: parameters.flow && chains?.paths.length ? await latentOf(bench, parameters, chains.paths) : null,
  };
}

const negated = (v: number): number => -v;

/** Rows of the batch that an iteration is given: those of the data that come first. */
export const firstRows = ({ data, config }: Bench): FloatTensor =>
  cast(tensor(data.train.data.slice(0, 2 * config.batch), [config.batch, 2]), "float32");

/** Negatives of one more iteration, and a few persistent chains moved on by many, at the parameters as they are. */
async function walkOn(
  bench: Bench,
  state: TrainState,
  probe: Probe,
): Promise<{ negatives: FloatTensor; paths: FloatTensor[] }> {
  const key = fold(runKey(bench.config), "paths");
  const batch = firstRows(bench);
  const first = await probe(state, batch, fold(key, 0));
  if (!state["carry.chains"]) return { negatives: first.negatives, paths: [] };
  const moved = first.start.shape[0]!;
  const visited: FloatTensor[] = [];
  let at: TrainState = state;
  for (let step = 0; step < PATH_STEPS; step++) {
    const { start, carry } = step === 0 ? first : await probe(at, batch, fold(key, step));
    visited.push(start);
    at = { ...at, ...carry, "carry.chains": movedFirst(carry["carry.chains"]!, moved) };
  }
  const path = (c: number): FloatTensor =>
    tensor(Float32Array.from(visited.flatMap(({ data }) => [data[2 * c]!, data[2 * c + 1]!])), [visited.length, 2]);
  return { negatives: first.negatives, paths: Array.from({ length: Math.min(PATHS, moved) }, (_, c) => path(c)) };
}

/** Chains with the last `n`, which were moved, in front of those that wait: so that the same ones move again. */
function movedFirst(chains: Tensor, n: number): Tensor {
  const [x, split] = [floats(chains), floats(chains).length - 2 * n];
  return tensor(Float32Array.from([...x.subarray(split), ...x.subarray(0, split)]), chains.shape);
}

/** Chains in the latent space of the flow, over the model's density there: `E(T(z)) − log |det J_T(z)|`. */
async function latentOf(
  { model }: Bench,
  { energy, flow }: ReturnType<typeof parametersAt>,
  paths: readonly FloatTensor[],
): Promise<NonNullable<Pictures["latent"]>> {
  const box: Grid2d["box"] = [
    [-4, 4],
    [-4, 4],
  ];
  const grid = grid2d(box, FIELD_SIDE);
  const pulledBack = program(({ z, theta, phi }: Record<"z" | "theta" | "phi", Expr>) => {
    const { y, logDet } = model.flow!.forward(z, phi);
    return { logP: sub(logDet, model.energy(y, theta)) };
  });
  const inverse = program(({ x, phi }: Record<"x" | "phi", Expr>) => ({ z: model.flow!.inverse(x, phi).x }));
  const phi = cast(flow!, "float32");
  const { logP } = await pulledBack({ z: cast(grid.points, "float32"), theta: cast(energy!, "float32"), phi });
  const found = Float64Array.from(floats(logP));
  const z = gridLogZ({ grid, logP: found });
  const inLatent: Place[][] = [];
  for (const path of paths) {
    const { z: places } = await inverse({ x: path, phi });
    inLatent.push(placesOf(tensor(floats(places), places.shape)));
  }
  return { side: FIELD_SIDE, box, model: rounded(found.map((v) => v - z)), paths: inLatent };
}
